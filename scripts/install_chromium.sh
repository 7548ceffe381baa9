#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium. Prints its path. MIGOV_CHROMIUM names one that is somewhere else.
set -euo pipefail

find_browser() {
  local name
  for name in "${MIGOV_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    # On Ubuntu without snaps, chromium-browser is a script that only says so: ask for the version to tell them apart.
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1; then
      found=$(command -v "$name")
      return 0
    fi
  done
  return 1
}

if ! find_browser; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
    echo "Installing Chromium …" >&2
    "${as_root[@]}" apt-get update -q >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core >&2 || true
  fi
  if ! find_browser; then
    echo "No Chromium was found. Install chromium or google-chrome, or set MIGOV_CHROMIUM to the path of one." >&2
    exit 1
  fi
fi
echo "$found"
