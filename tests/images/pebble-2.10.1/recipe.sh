# Pebble, Let's Encrypt's ACME server for tests, from its published Go module.
image=docgen/pebble:2.10.1
needs=debian:12
pull=no

prepare() {
    CGO_ENABLED=0 go_build "$context/pebble" "$(go_module github.com/letsencrypt/pebble/v2@v2.10.1)" ./cmd/pebble \
        -ldflags '-s -w'
}
