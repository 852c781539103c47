#!/bin/sh
# Build functions and layers with the Python that Lambda runs, then look at what was built.
set -eu

if ! python=$(infra/bootstrap/find_python.sh 3.13); then
    echo "make build needs Python 3.13: functions and layers are compiled for it." >&2
    exit 1
fi
# SAM asks for python3.13 by name; a pyenv shim of that name may come first and not run.
mkdir -p build
PATH=$(dirname "$python"):$PATH
export PATH SAM_CLI_TELEMETRY=0
.venv/sam/bin/sam build >build/sam.log 2>&1 || { cat build/sam.log >&2; exit 1; }
.venv/bin/python -m infra.build.check "$python"
