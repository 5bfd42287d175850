#!/bin/sh
# Makes requirements.txt from pyproject.toml. Versions in it stay where they can; arguments go to uv, such as --upgrade.
set -eu
cd "$(dirname "$0")/.."

pinned=$(sed -n 's/^uv==//p' setup/uv.txt)
if ! .tools/bin/uv --version 2>/dev/null | grep -qF "uv $pinned"; then
    python=$(sh setup/find-python.sh)
    "$python" -m venv .tools
    .tools/bin/python -m pip install --quiet --disable-pip-version-check -r setup/uv.txt
fi

list=$(mktemp)
trap 'rm -f "$list" "$list.new"' EXIT
cp requirements.txt "$list" 2>/dev/null || true
# uv would fetch a Python 3.10 to build what has no wheel; the one that is here does as well.
UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.10 --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --quiet --output-file "$list" "$@" >/dev/null
{
    # shellcheck disable=SC2016 # the back quotes are text
    echo '# Made by `make lock` from pyproject.toml: everything but torch and the packages that its builds bring along.'
    # shellcheck disable=SC2016
    echo '# Installed by `make`: it is complete, and overrides pins of Rasa that pip would insist on.'
    grep -Ev '^(torch|triton|nvidia-|cuda-)' "$list"
} >"$list.new"
cat "$list.new" >requirements.txt
echo "lock: requirements.txt names $(grep -vc '^#' requirements.txt) packages"
