# Prints commands that bring another shell to the same state, and as comments what commands cannot bring back.
# `\builtin` guards against blocks that define aliases and functions of the same names.
\builtin printf '\\builtin unalias -a\n[[ $PWD == %q ]] || \\builtin cd -- %q\n' "$PWD" "$PWD"
while IFS= \builtin read -r __dg_n; do
    case $__dg_n in
    '' | __dg* | _ | PS1 | UID | EUID | PPID | GROUPS | RANDOM | SRANDOM | SECONDS | EPOCH* | LINENO | HISTCMD | FUNCNAME) ;;
    DIRSTACK | PIPESTATUS | SHELLOPTS | BASHOPTS | BASHPID | BASH | BASH_ARG[CV]* | BASH_CMDS | BASH_ALIASES) ;;
    BASH_COMMAND | BASH_LINENO | BASH_SOURCE | BASH_SUBSHELL | BASH_VERS* | BASH_REMATCH) ;;
    *) \builtin declare -p "$__dg_n" ;;
    esac
done <<<"$(\builtin compgen -v)"
while IFS=' ' \builtin read -r __dg_a __dg_a __dg_n; do
    case $__dg_n in
    '' | __dg*) \builtin continue ;;
    esac
    \builtin declare -f "$__dg_n"
    case $__dg_a in
    *x*) \builtin printf '\\builtin export -f %s\n' "$__dg_n" ;;
    esac
done <<<"$(\builtin declare -F)"
\builtin alias -p
\builtin umask -p
while IFS= \builtin read -r __dg_n; do
    case $__dg_n in
    *' compat'[0-9]*) \builtin printf '# %s\n' "$__dg_n" ;; # these go with the variable BASH_COMPAT
    *) \builtin printf '%s\n' "$__dg_n" ;;
    esac
done <<<"$(\builtin shopt -p)"
\builtin set +o
\builtin printf '# %q\n' "$(\builtin trap -p)" "$(\builtin jobs -l)" "$(\builtin ulimit -a)" "$(\builtin dirs -l -p)" \
    "$(\builtin enable -n)" "$-" "$#" "$*" "${!-}" "${BASH_REMATCH[*]-}"
case $PS1 in
*7717*) ;;
*) \builtin printf '# PS1 %q\n' "$PS1" ;;
esac
while IFS= \builtin read -r __dg_n; do
    case $__dg_n in
    Uid:* | Gid:* | Groups:* | SigBlk:* | SigIgn:* | Cap* | NoNewPrivs:* | Seccomp:* | Cpus_allowed:*)
        \builtin printf '# %q\n' "$__dg_n"
        ;;
    esac
done </proc/$$/status
IFS= \builtin read -r __dg_n </proc/$$/stat
IFS=' ' \builtin read -r -a __dg_a <<<"${__dg_n##*) }"
\builtin printf '# nice %s %s\n' "${__dg_a[16]}" "$(</proc/$$/oom_score_adj)"
case $- in
*f*) \builtin set +f && __dg_a=(/proc/$$/fd/*) && \builtin set -f ;;
*) __dg_a=(/proc/$$/fd/*) ;;
esac
\builtin printf '# descriptor %s\n' "${__dg_a[@]##*/}"
\builtin unset -v __dg_n __dg_a
