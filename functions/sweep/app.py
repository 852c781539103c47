"""Repair, every five minutes, what a stream or a lost message left undone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.relaying import sweeping_of
from nbcredit.runtime.settings import SweepSettings, settings
from nbcredit.usecases.relaying import Sweeping

logger = Logger()


@cache
def sweeping() -> Sweeping:
    return sweeping_of(settings(SweepSettings))


def handler(_event: Mapping[str, Any], _context: Any) -> dict[str, int]:
    swept = sweeping().sweep()
    logger.info("swept", relayed=swept.relayed, started=swept.started)
    return {"relayed": swept.relayed, "started": swept.started}
