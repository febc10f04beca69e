# An HTTP server that answers with the request; see README.md.
image=ealen/echo-server:0.5.1
needs=

prepare() {
    CGO_ENABLED=0 go_build "$context/echo-server" "$context" . -ldflags '-s -w'
}
