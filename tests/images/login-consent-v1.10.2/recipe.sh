# The login and consent app for Hydra 1; see ../login-consent/README.md.
image=oryd/hydra-login-consent-node:v1.10.2
needs=

prepare() {
    CGO_ENABLED=0 go_build "$context/login-consent" "$PWD/$recipes/login-consent" . -ldflags '-s -w'
}
