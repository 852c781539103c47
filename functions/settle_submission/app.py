"""Settle submissions whose last chunk is in, then make what their providers get."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.batches import SqsBatch
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.feedback import returning_of
from nbcredit.runtime.settings import SettleSubmissionSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.returning import Returning
from nbcredit.usecases.settling import Settled, Settling
from nbcredit.wire.messages import SettleMessage

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(SettleSubmissionSettings))


@cache
def settling() -> Settling:
    made = parts()
    return Settling(store=made.submissions, files=made.work_files, clock=made.clock, ids=made.ids)


@cache
def returning() -> Returning:
    told, made = settings(SettleSubmissionSettings), parts()
    returns = made.settles(told.settle_queue_url)
    return returning_of(made, returns, files_bucket=told.files_bucket)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    told = settings(SettleSubmissionSettings)
    settle = partial(_settle, deadline=LambdaDeadline(context))
    batch = SqsBatch(
        settle, client=parts().sqs, url=told.settle_queue_url, base=told.retry_base_seconds
    )
    return batch(event)


def _settle(record: Mapping[str, Any], *, deadline: Deadline) -> None:
    told = SettleMessage.model_validate_json(record["body"])
    settled = settling().settle(told.submission)
    returned = settled is Settled.ALREADY and returning().send_back(
        told.submission, again=told.again, deadline=deadline
    )
    logger.info("submission taken", submission=told.submission, settled=settled, papers=returned)
