"""The file by which the `nbcredit` command finds the local cloud."""

import json
from pathlib import Path
from typing import Any, Final

from infra.local.deploy import ROOT, Stack
from infra.local.gateway import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from nbcredit.command.connection import LOCAL_FILE

PATH: Final = ROOT / LOCAL_FILE
# Whose file it is where the command is not told: a newcomer's first upload should just work.
DEFAULT_PROVIDERS: Final = {
    "legal-registration": "scjg",
    "administrative-penalty": "scjg",
    "social-insurance-arrears": "rsj",
    "administrative-licence": "scjg",
    "abnormal-operation": "scjg",
    "serious-violation": "scjg",
    "dishonest-judgment-debtor": "fy",
    "tax-rating-a": "swj",
    "tax-arrears": "swj",
    "utility-arrears": "slj",
    "professional-qualification": "rsj",
    "commendation": "scjg",
    "volunteer-service": "gqt",
    "credit-commitment": "scjg",
    "red-list": "fgw",
    "blacklist": "scjg",
    "misconduct": "centre",
}


def facts(stack: Stack, *, endpoint_url: str, pid: int) -> dict[str, Any]:
    """Return how to reach the cloud, and what is in it."""
    return {
        "endpoint_url": endpoint_url,
        "region": REGION,
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "stack": stack.name,
        "outputs": dict(stack.outputs),
        "pid": pid,
        "default_providers": DEFAULT_PROVIDERS,
    }


def write(found: dict[str, Any], path: Path = PATH) -> None:
    """Put the file there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)


def remove(path: Path = PATH) -> None:
    path.unlink(missing_ok=True)
