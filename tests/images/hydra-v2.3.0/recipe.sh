# Ory Hydra 2, from its published Go module.
image=oryd/hydra:v2.3.0
needs=debian:12

readonly module=github.com/ory/hydra/v2 version=v2.3.0

# Built in the module's own folder with a copy of its go.mod, so that Hydra decides about
# every dependency. Only the folder that it takes its own client from is not published
# with it; the client's published version stands in there.
prepare() {
    local source
    require_c
    source=$(go_module "$module@$version")
    install -m 644 "$source/go.mod" "$source/go.sum" "$context"
    go mod edit -dropreplace=github.com/ory/hydra-client-go/v2 "$context/go.mod"
    go_build "$context/hydra" "$source" . -modfile="$context/go.mod" -mod=mod \
        -tags sqlite,sqlite_omit_load_extension,netgo,osusergo \
        -ldflags "-s -w -linkmode external -extldflags -static -X $module/driver/config.Version=$version"
}
