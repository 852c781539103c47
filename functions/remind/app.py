"""Remind, every morning at 08:30: on working days one digest for each organisation.

Before that it suspends accounts that nobody has confirmed, and brings up what they owe.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from nbcredit.runtime.clocks import reminding_of
from nbcredit.runtime.identity import upkeep_of
from nbcredit.runtime.settings import RemindSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.reminding import Reminding
from nbcredit.usecases.upkeep import Upkeep

logger = Logger()


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def parts() -> Parts:
    return Parts.of_tables(settings(RemindSettings))


@cache
def upkeep() -> Upkeep:
    return upkeep_of(parts())


@cache
def reminding() -> Reminding:
    return reminding_of(parts())


def handler(_event: Mapping[str, Any], _context: Any) -> dict[str, int]:
    kept = upkeep().run()
    done = reminding().run()
    told = {
        "AccountsSuspended": kept.suspended,
        "RemindersSent": done.digests,
        "SubmissionsOverdue": done.overdue_submissions,
        "CalendarMissing": int(done.calendar_missing),
    }
    for name, value in told.items():
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics().flush_metrics()
    logger.info("reminded", told=told)
    return told
