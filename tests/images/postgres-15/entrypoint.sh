#!/bin/bash
# Starts PostgreSQL; on an empty data folder it first makes the cluster that the
# POSTGRES_* variables of the published image describe:
#   POSTGRES_PASSWORD          the superuser's password; required unless trusted
#   POSTGRES_USER              the superuser (postgres)
#   POSTGRES_DB                a database of that user (named like the user)
#   POSTGRES_HOST_AUTH_METHOD  how clients prove themselves (scram-sha-256)
#   POSTGRES_INITDB_ARGS       further words for initdb
set -euo pipefail

fail() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

refuse_unknown_variables() {
    local name
    for name in "${!POSTGRES_@}"; do
        case $name in
        POSTGRES_PASSWORD | POSTGRES_USER | POSTGRES_DB | POSTGRES_HOST_AUTH_METHOD | POSTGRES_INITDB_ARGS) ;;
        *) fail "$name is not supported by this local build of postgres:15" ;;
        esac
    done
}

create_cluster() {
    local user=${POSTGRES_USER:-postgres} method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    local database=${POSTGRES_DB:-$user}
    if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
        fail 'the database is empty and POSTGRES_PASSWORD is not set'
    fi
    # Words are split on purpose: the variable holds several arguments.
    # shellcheck disable=SC2086
    initdb --no-sync --username "$user" --auth-local trust --auth-host "$method" \
        --pwfile <(printf '%s\n' "${POSTGRES_PASSWORD:-unused}") ${POSTGRES_INITDB_ARGS:-}
    printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
    if [ "$database" != postgres ]; then
        # One statement, so no temporary server is started for it.
        printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -D "$PGDATA" postgres >/dev/null
    fi
}

case ${1:-} in
-*) set -- postgres "$@" ;;
esac
if [ "${1:-}" != postgres ]; then
    exec "$@"
fi
if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$PGDATA"
    chown postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    refuse_unknown_variables
    create_cluster
fi
exec "$@" -D "$PGDATA" -c listen_addresses='*'
