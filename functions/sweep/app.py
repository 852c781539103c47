"""Repair, every five minutes, what a stream or a lost message left undone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.relaying import relay_all, relaying_of, sweeping_of
from nbcredit.runtime.settings import SweepSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.relaying import Relaying, Sweeping

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(SweepSettings))


@cache
def relaying() -> Relaying:
    return relaying_of(parts(), settings(SweepSettings))


@cache
def sweeping() -> Sweeping:
    return sweeping_of(parts())


def handler(_event: Mapping[str, Any], _context: Any) -> dict[str, int]:
    started = sweeping().start()
    relayed = relay_all(relaying(), sweeping().missed())
    logger.info("swept", relayed=relayed, started=len(started))
    return {"relayed": relayed, "started": len(started)}
