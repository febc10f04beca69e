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
    # What `set -e` forgives in a substitution, the trap does not see apart from a subshell: neither is told.
    [[ $BASH_SUBSHELL == 0 && ${BASH_SOURCE[1]-} == '@DIR@'/*.sh ]] || builtin return 0
    # A function of an earlier block counts where this block, the outermost file, calls it.
    builtin local "block=${BASH_SOURCE[-1]}" "line=$2" frame=1 read=1
    while [[ ${BASH_SOURCE[frame]} != "$block" ]]; do
        line=${BASH_LINENO[frame]}
        ((frame++))
    done
    # Told at once, before the block goes on: was its empty input read by now?
    [[ -N ${block%.sh}.in ]] && read=0
    builtin printf '\001E %s %s %s\002' "$line" "$1" "$read" >'@DIR@/control'
}
# Functions inherit the trap, as they do `set -e`. Only commands of blocks count: those of a file that a block sources, of
# its functions, and the agent's own lines do not.
builtin set -E
builtin trap -- '{ __dg_err "$?" "$LINENO"; } 2>/dev/null' ERR
