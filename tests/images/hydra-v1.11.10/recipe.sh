# Ory Hydra, the last of the v1.11 line, from its published Go module.
image=oryd/hydra:v1.11.10
needs=debian:12

readonly module=github.com/ory/hydra version=v1.11.10

# Built in the module's own folder, so that Hydra's go.mod decides about every
# dependency, its `replace` lines included. Static, so that it needs no base image.
prepare() {
    require_c
    go_build "$context/hydra" "$(go_module "$module@$version")" . \
        -tags sqlite,sqlite_omit_load_extension,netgo,osusergo \
        -ldflags "-s -w -linkmode external -extldflags -static -X $module/driver/config.Version=$version"
}
