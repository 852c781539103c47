"""Remind, every morning at 08:30: on working days one digest for each organisation."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from nbcredit.runtime.clocks import reminding_of
from nbcredit.runtime.settings import RemindSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.reminding import Reminding

logger = Logger()


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def reminding() -> Reminding:
    return reminding_of(Parts.of_tables(settings(RemindSettings)))


def handler(_event: Mapping[str, Any], _context: Any) -> dict[str, int]:
    done = reminding().run()
    told = {
        "RemindersSent": done.digests,
        "SubmissionsOverdue": done.overdue_submissions,
        "CalendarMissing": int(done.calendar_missing),
    }
    for name, value in told.items():
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics().flush_metrics()
    logger.info("reminded", told=told)
    return told
