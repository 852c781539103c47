"""Seal the audit trail, every ten minutes; once a day, prove the day before."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from nbcredit.adapters.kms_signer import KmsSigner
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.sealing import digests_of, sealing_of
from nbcredit.runtime.settings import SealAuditSettings, settings
from nbcredit.runtime.wiring import Parts, client
from nbcredit.usecases.digests import Digests
from nbcredit.usecases.sealing import Sealing

logger = Logger()


@cache
def metrics() -> Metrics:
    return Metrics()


@cache
def parts() -> Parts:
    return Parts.of_tables(settings(SealAuditSettings))


@cache
def signer() -> KmsSigner:
    return KmsSigner(client("kms"), key_id=settings(SealAuditSettings).audit_key_id)


@cache
def sealing() -> Sealing:
    told = settings(SealAuditSettings)
    return sealing_of(parts(), told.audit_bucket, signer(), earlier=told.earlier_keys)


@cache
def digests() -> Digests:
    told = settings(SealAuditSettings)
    return digests_of(parts(), told.audit_bucket, signer(), earlier=told.earlier_keys)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Seal what is due; `since` in the event is where the very first checkpoint begins."""
    deadline = LambdaDeadline(context)
    since = datetime.fromisoformat(event["since"]) if event.get("since") else None
    sealed = sealing().run(deadline=deadline, since=since)
    proven = digests().run(sealed_until=sealed.until, deadline=deadline)
    faults = dict(sealed.faults)
    for day, verdict in proven.items():
        faults.update(verdict.faults)
        logger.info("day proven", day=day.isoformat(), entries=verdict.entries)
    for place, reason in list(faults.items())[:20]:
        logger.error("audit trail broken", place=place, reason=reason)
    for name, unit, value in (
        ("AuditSealLag", MetricUnit.Seconds, sealed.lag.total_seconds()),
        ("AuditFaults", MetricUnit.Count, len(faults)),
    ):
        metrics().add_metric(name=name, unit=unit, value=value)
    metrics().flush_metrics()
    told = {
        "checkpoints": len(sealed.made),
        "entries": sealed.entries,
        "sealed_until": sealed.until.isoformat(),
        "digests": len(proven),
        "faults": len(faults),
    }
    logger.info("audit sealed", told=told)
    return told
