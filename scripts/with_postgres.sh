#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a PostgreSQL of its own, which is removed afterwards whatever happens:
#   scripts/with_postgres.sh pytest -m "not browser"
# The server listens on a unix socket in a temporary folder only, and does not wait for disks: for tests, not for data.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: scripts/with_postgres.sh COMMAND …" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
programs=$("$here/install_postgres.sh")
folder=$(mktemp -d "${TMPDIR:-/tmp}/migov-pg.XXXXXX")
server=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
  chown postgres "$folder"
  server=(runuser -u postgres --)
fi

clear_up() {
  status=$?
  trap - EXIT INT TERM HUP
  (cd / && "${server[@]}" "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate --wait stop >/dev/null 2>&1) || true
  rm -rf "$folder"
  exit "$status"
}
trap clear_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

(
  cd /
  "${server[@]}" "$programs/initdb" --pgdata "$folder/data" --username migov --auth trust --encoding UTF8 --locale C --no-sync >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 1; }
  "${server[@]}" "$programs/pg_ctl" --pgdata "$folder/data" --log "$folder/data/server.log" --wait --timeout 60 \
    --options "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60" \
    start >/dev/null || { cat "$folder/data/server.log" >&2; exit 1; }
  "${server[@]}" "$programs/createdb" --host "$folder" --username migov migov
)
export DATABASE_URL="postgres://migov@/migov?host=$folder"
"$@"
