# The login and consent app for Hydra 2, whose administration lies below /admin; see ../login-consent/README.md.
image=oryd/hydra-login-consent-node:v2.3.0
needs=

prepare() {
    CGO_ENABLED=0 go_build "$context/login-consent" "$PWD/$recipes/login-consent" . -ldflags '-s -w'
}
