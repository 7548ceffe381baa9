#!/usr/bin/env bash
# Makes sure that PostgreSQL's server programs are on this machine, for the tests. Prints the folder that holds them.
set -euo pipefail

find_programs() {
  local folder
  for folder in "$(command -v initdb >/dev/null 2>&1 && dirname "$(readlink -f "$(command -v initdb)")")" \
    /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      found=$folder # the last one is the newest
    fi
  done
  [ -n "${found:-}" ]
}

if ! find_programs; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
    echo "Installing PostgreSQL …" >&2
    "${as_root[@]}" apt-get update -q >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql >&2
  fi
  if ! find_programs; then
    echo "PostgreSQL's server programs (initdb, postgres) are missing. Install the package postgresql (version 14 or newer)." >&2
    exit 1
  fi
fi
echo "$found"
