"""Settle submissions whose last chunk is in."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.batches import SqsBatch
from nbcredit.runtime.settings import SettleSubmissionSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.settling import Settling
from nbcredit.wire.messages import SettleMessage

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(SettleSubmissionSettings))


@cache
def settling() -> Settling:
    made = parts()
    return Settling(store=made.submissions, files=made.work_files, clock=made.clock, ids=made.ids)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    told = settings(SettleSubmissionSettings)
    batch = SqsBatch(
        _settle, client=parts().sqs, url=told.settle_queue_url, base=told.retry_base_seconds
    )
    return batch(event)


def _settle(record: Mapping[str, Any]) -> None:
    submission = SettleMessage.model_validate_json(record["body"]).submission
    settled = settling().settle(submission)
    logger.info("submission taken", submission=submission, settled=settled)
