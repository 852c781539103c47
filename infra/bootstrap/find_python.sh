#!/bin/sh
# Print the interpreter to build .venv with: $PYTHON, else Python 3.13 (what Lambda runs), else the
# newest from 3.11 on. `find_python.sh 3.13` takes that version and no other.
# A candidate must run and hold venv and pip: a pyenv shim or a bare Debian python3 may not.
set -u

exact=${1:-}
low=311
high=313

# Answers "313" and the real executable, so that a shim is not remembered.
probe() {
    "$1" -c 'import sys, venv, ensurepip
print(sys.version_info[0] * 100 + sys.version_info[1], sys.executable)' 2>/dev/null
}

candidates() {
    for minor in "$@"; do
        command -v "python3.$minor"
        shim=$(command -v "python3.$minor")
        for root in "${PYENV_ROOT:-}" "${shim%/shims/*}" "${HOME:-}/.pyenv"; do
            [ -d "$root/versions" ] || continue
            ls -d "$root/versions/3.$minor"*/bin/python 2>/dev/null | sort -t. -k4 -n -r
        done
    done
    command -v python3
    command -v python
}

try() {
    found=$(probe "$1") || return 1
    version=${found%% *}
    [ "$version" -ge "$low" ] && [ "$version" -le "$high" ] || return 1
    echo "${found#* }"
}

if [ -n "${PYTHON:-}" ] && [ -z "$exact" ]; then
    try "$PYTHON" && exit 0
    echo "PYTHON=$PYTHON does not run, is not Python 3.11 to 3.13, or lacks venv and ensurepip." >&2
    exit 1
fi

if [ -n "$exact" ]; then
    low=3${exact#3.}
    high=$low
fi

for python in $(candidates 13 12 11); do
    try "$python" && exit 0
done

if [ -n "$exact" ]; then
    echo "No Python $exact that runs was found, on PATH or in a pyenv folder." >&2
else
    echo "No Python from 3.11 to 3.13 with venv and ensurepip was found." >&2
    echo "Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.13" >&2
fi
exit 1
