#!/bin/sh
# Prints the path of a Python that can run this project: CPython 3.11 or 3.10, 64 bit, able to make a virtual environment.
# Where there is none, one is fetched through uv into .tools/. Only the path goes to stdout.
set -u
cd "$(dirname "$0")/.." || exit 1

# $1: an interpreter. Prints its version, then "venv" or "no-venv", then the interpreter behind shims and virtual environments.
probe() {
    "$1" -I -c '
import importlib.util, struct, sys
if sys.implementation.name != "cpython" or struct.calcsize("P") != 8 or sys.version_info[:2] not in ((3, 10), (3, 11)):
    sys.exit(1)
try:
    import ensurepip, venv
    able = "venv"
except ImportError:
    able = "no-venv"
print("%d.%d" % sys.version_info[:2], able, getattr(sys, "_base_executable", "") or sys.executable)
' 2>/dev/null </dev/null
}

say() { echo "python: $*" >&2; }

# $1: an interpreter, $2: "3.11", "3.10" or "any". Prints the path and ends the script if it will do.
use_if_fit() {
    found=$(probe "$1") || return 0
    version=${found%% *}
    rest=${found#* }
    path=${rest#* }
    [ "$2" = any ] || [ "$2" = "$version" ] || return 0
    if [ "${rest%% *}" = no-venv ]; then
        without_venv=$path
        package=python$version-venv
        return 0
    fi
    echo "$path"
    exit 0
}

on_debian() { [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; }

sudo_prefix() { [ "$(id -u)" = 0 ] || printf 'sudo '; }

fetch_uv() {
    for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python "$pyenv"/*/bin/python3; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 </dev/null || continue
        if "$python" -m pip --version >/dev/null 2>&1; then
            set -- "$python" -m pip install --upgrade --target .tools
        elif "$python" -m venv .tools >/dev/null 2>&1; then
            set -- .tools/bin/python -m pip install
        else
            continue
        fi
        PIP_ROOT_USER_ACTION=ignore "$@" --quiet --disable-pip-version-check -r setup/uv.txt >&2 </dev/null
        return
    done
    say 'there is no pip to get uv with'
    return 1
}

without_venv=''
package=''
pyenv=${PYENV_ROOT:-${HOME:-}/.pyenv}/versions

if [ -n "${PYTHON:-}" ]; then
    use_if_fit "$PYTHON" any
    say "PYTHON=$PYTHON is no usable CPython 3.11 or 3.10; looking for another"
fi
use_if_fit .venv/bin/python any
for wanted in 3.11 3.10; do
    for candidate in "python$wanted" python3 "$pyenv/$wanted"*/bin/python3 .tools/python/*/bin/python3; do
        use_if_fit "$candidate" "$wanted"
    done
    use_if_fit "$(uv python find --system --no-python-downloads "$wanted" 2>/dev/null)" "$wanted"
done

[ -z "$without_venv" ] || say "$without_venv would do, but its venv package is missing (on Debian and Ubuntu: $(sudo_prefix)apt-get install -y $package)"
say 'no usable CPython 3.11 or 3.10 here; fetching one with uv into .tools/python'
UV_PYTHON_INSTALL_DIR=$PWD/.tools/python
UV_PYTHON_INSTALL_BIN=0
UV_PYTHON_PREFERENCE=only-managed
export UV_PYTHON_INSTALL_DIR UV_PYTHON_INSTALL_BIN UV_PYTHON_PREFERENCE
uv=$(command -v uv) || uv=.tools/bin/uv
if [ -x "$uv" ] || fetch_uv; then
    "$uv" python install 3.11 >&2 </dev/null && use_if_fit "$("$uv" python find --system 3.11)" any
fi

say 'found none; tried PYTHON, python3.11, python3.10, python3, those of pyenv, and fetching one with uv'
install="$(sudo_prefix)apt-get install -y"
if [ -n "$package" ] && on_debian; then
    say "what is missing: $install $package"
else
    say "Debian 12: $install python3.11-venv   Ubuntu 22.04: $install python3.10-venv"
fi
say 'macOS: brew install python@3.11   elsewhere: uv python install 3.11, or pyenv install 3.11'
say 'or name one yourself: make setup PYTHON=/path/to/python3.11'
exit 1
