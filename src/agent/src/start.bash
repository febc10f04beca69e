# Sourced once by each bash; @DIR@ and @NONCE@ are filled in by the agent.
# `builtin` guards against blocks that define functions of the same names.
PS2= PROMPT_COMMAND= HISTFILE=
PS1=$'\e]7717;@NONCE@;0;P\a'
builtin history -c
builtin set +o history
__dg_start() {
    builtin local "status=${__dg_s-0}"
    builtin unset -v __dg_s
    builtin printf '\033]7717;@NONCE@;%s;S\a' "$1" >/dev/tty
    builtin return "$status"
}
__dg_end() {
    __dg_last=$1
    builtin printf '\033]7717;@NONCE@;%s;E\a' "$1" >/dev/tty
    builtin printf '\001D %s %s %s %s\002' "$1" "$__dg_s" "$-" "$PWD" >'@DIR@/control'
}
__dg_err() {
    # Told at once, before the block goes on: was its empty input read by now?
    builtin local read=1
    [[ -N ${BASH_SOURCE[1]%.sh}.in ]] && read=0
    [[ $3 == 1 ]] && builtin printf '\001E %s %s %s\002' "$2" "$1" "$read" >'@DIR@/control'
}
# Depth 1 is the block itself: not a function, not a file that it sources, not the agent's own lines.
builtin trap -- '{ __dg_err "$?" "$LINENO" "${#BASH_SOURCE[@]}"; } 2>/dev/null' ERR
