# Sourced once by each shell that is not bash; @DIR@ and @NONCE@ are filled in by the agent.
PS1=$(printf '\033]7717;@NONCE@;0;P\007') PS2=
__dg_start() {
    printf '\033]7717;@NONCE@;%s;S\007' "$1" >/dev/tty
    return "${__dg_s:-0}"
}
__dg_end() {
    __dg_s=$?
    [ "${__dg_last-}" = "$1" ] && return
    __dg_last=$1
    printf '\033]7717;@NONCE@;%s;E\007' "$1" >/dev/tty
    printf '\001D %s %s %s %s\002' "$1" "$__dg_s" "$-" "$PWD" >'@DIR@/control'
}
