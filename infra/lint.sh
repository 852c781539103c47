#!/bin/sh
# Style, types, arrows, and the deployment for every region it is meant for. All of it runs, offline.
set -u
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1

failed=""

check() {
    name=$1
    shift
    if answer=$("$@" 2>&1); then
        echo "ok    $name"
    else
        echo "FAULT $name"
        echo "$answer"
        failed="$failed $name"
    fi
}

# The translator names a layer by its parameters, so that a Sub without a variable is left.
lint_translated() {
    .venv/bin/python -m infra.translate build &&
        .venv/sam/bin/cfn-lint -r us-east-1 --ignore-checks W1020 -- build/template.aws.json &&
        .venv/sam/bin/cfn-lint -r cn-north-1 cn-northwest-1 --ignore-checks W1020 -- build/template.aws-cn.json
}

mkdir -p build
check ruff .venv/bin/ruff check
check format .venv/bin/ruff format --check
check mypy .venv/bin/mypy
check arrows .venv/bin/lint-imports
check template .venv/sam/bin/cfn-lint -r us-east-1 cn-north-1 cn-northwest-1 -- template.yaml infra/alarms.yaml
check translated lint_translated
check sam .venv/sam/bin/sam validate --lint

if [ -n "$failed" ]; then
    echo "lint failed:$failed" >&2
    exit 1
fi
