#!/bin/sh
# Makes sure that tests can start a PostgreSQL of their own (tests/postgres.py). Without one they are skipped, except where CI=true.
set -u
cd "$(dirname "$0")/.." || exit 1
log=var/log/postgres.log
no_cluster=/etc/postgresql-common/createcluster.d/made-by-setup-postgres.conf

# Debian keeps the server's programs off PATH. A client alone brings some of them, so all three are asked for.
has_server() { [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ]; }

have_postgres() {
    on_path=$(command -v postgres 2>/dev/null) && has_server "$(dirname "$on_path")" && return 0
    for folder in /usr/lib/postgresql/*/bin; do
        has_server "$folder" && return 0
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# Debian's package makes and starts a cluster of its own, which nobody here asked for. This forbids it for the one installation.
forbid_cluster() {
    as_root mkdir -p "$(dirname "$no_cluster")" && echo 'create_main_cluster = off' | as_root tee "$no_cluster" >/dev/null
}

allow_cluster() {
    as_root rm -f "$no_cluster"
    as_root rmdir --ignore-fail-on-non-empty "$(dirname "$no_cluster")"
}

install_server() { as_root apt-get update && as_root apt-get install -y --no-install-recommends postgresql; }

have_postgres && exit 0

if [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
    echo "postgres: installing postgresql (details in $log)"
    mkdir -p var/log
    trap 'exit 130' INT TERM
    trap allow_cluster EXIT
    { forbid_cluster && install_server; } >"$log" 2>&1 </dev/null
    have_postgres && exit 0
fi

echo 'postgres: tests of the database need a PostgreSQL server; Debian: apt-get install postgresql; macOS: brew install postgresql@17' \
    'and its bin folder on PATH' >&2
[ "${CI:-}" != true ] || exit 1
echo 'postgres: without it those tests are skipped' >&2
