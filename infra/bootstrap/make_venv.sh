#!/bin/sh
# make_venv.sh FOLDER REQUIREMENTS: an environment with exactly what the file pins, hashes checked.
# One whose interpreter is gone, or is not the one asked for, is made anew.
set -eu

folder=$1
requirements=$2
here=$(dirname "$0")

version() {
    "$1" -c 'import sys; print(*sys.version_info[:2], sep=".")' 2>/dev/null || echo none
}

python=$("$here/find_python.sh")
if [ "$(version "$folder/bin/python")" != "$(version "$python")" ]; then
    rm -rf "$folder"
    "$python" -m venv "$folder"
fi
echo "$folder: Python $(version "$python"), installing $(grep -c == "$requirements") pinned packages, about a minute"
"$folder/bin/python" -m pip --disable-pip-version-check --no-input -qq install \
    --require-hashes --no-deps --only-binary=:all: --requirement "$requirements"
