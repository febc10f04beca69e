#!/usr/bin/env bash
# Makes sure that a Docker engine answers, and starts one where that is possible.
#
# Nothing happens when an engine answers already. As root on Debian or Ubuntu,
# a missing engine is installed with apt-get and started in the background; it
# outlives this script and writes its log to .docgen/dockerd.log. Everywhere
# else the script says what to do and ends with status 2.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly log=.docgen/dockerd.log
readonly patience=60 # seconds until a started engine must answer

say() { printf 'engine: %s\n' "$*" >&2; }

cannot() {
    local line
    for line in "$@"; do say "$line"; done
    exit 2
}

answers() { timeout 10 docker version >/dev/null 2>&1; }

# Installs the engine and the client with Debian's packages.
install_engine() {
    [ -r /etc/debian_version ] && command -v apt-get >/dev/null || cannot \
        'no Docker engine answers, and this is neither Debian nor Ubuntu' \
        'install Docker (https://docs.docker.com/engine/install/), start it, and run this again'
    say 'installing docker.io and iptables'
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends docker.io iptables ca-certificates >/dev/null
}

# Without systemd nobody has mounted the control groups for dockerd.
mount_cgroups() {
    mountpoint -q /sys/fs/cgroup && return
    mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null ||
        say 'could not mount /sys/fs/cgroup; the engine will say whether it needs it'
}

start_engine() {
    mkdir -p .docgen
    # A package installed a moment ago may have started the service itself.
    if [ -d /run/systemd/system ]; then
        say 'starting the docker service'
        systemctl start docker
        return
    fi
    mount_cgroups
    say "starting dockerd, log in $log"
    # A session of its own, all streams away from ours: it survives this script
    # and keeps no terminal or pipe of the caller open.
    setsid nohup dockerd </dev/null >>"$log" 2>&1 &
    started=$!
}

wait_for_engine() {
    local deadline=$((SECONDS + patience))
    until answers; do
        if [ -n "${started:-}" ] && ! kill -0 "$started" 2>/dev/null; then
            tail -n 15 "$log" >&2
            cannot "dockerd ended before it was ready; its last lines stand above, all of them in $log"
        fi
        [ "$SECONDS" -lt "$deadline" ] || cannot \
            "the engine did not answer within $patience s; see $log"
        sleep 0.2
    done
}

if command -v docker >/dev/null && answers; then
    exit 0
fi
if [ -n "${DOCKER_HOST:-}" ]; then
    cannot "DOCKER_HOST is $DOCKER_HOST, but no engine answers there" \
        'start that engine, or unset DOCKER_HOST'
fi
if [ "$(id -u)" -ne 0 ]; then
    cannot 'no Docker engine answers' \
        'start yours (for example: sudo systemctl start docker) and make sure that you are in the group docker,' \
        'or run this as root: it installs and starts an engine on Debian and Ubuntu'
fi
if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    install_engine
fi
start_engine
wait_for_engine
say "ready: Docker $(docker version --format '{{.Server.Version}}')"
