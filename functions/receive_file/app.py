"""Receive uploaded files: identify, read, clean and cut into chunks."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.cleaning.engine import CleaningEngine
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.runtime.batches import SqsBatch, receives
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.settings import ReceiveFileSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.receiving import Receiving, Upload
from nbcredit.usecases.uploads import Arrivals
from nbcredit.wire.messages import S3Record, UploadMessage

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(ReceiveFileSettings))


@cache
def receiving() -> Receiving:
    told, made = settings(ReceiveFileSettings), parts()
    return Receiving(
        store=made.submissions,
        announcements=made.submissions,
        uploads=made.uploads(told.files_bucket),
        work=made.work_files,
        engine=CleaningEngine(),
        catalogues=made.catalogues,
        organisations=made.directory,
        queue=made.readings(told.incoming_queue_url),
        trail=made.ledger,
        clock=made.clock,
        ids=made.ids,
        calendars=made.calendars,
        obligations=made.obligations,
    )


@cache
def arrivals() -> Arrivals:
    return Arrivals(parts().forms, parts().ledger)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    told = settings(ReceiveFileSettings)
    deadline = LambdaDeadline(context)
    batch = SqsBatch(
        lambda record: _take(record, deadline),
        client=parts().sqs,
        url=told.incoming_queue_url,
        base=told.retry_base_seconds,
    )
    return batch(event)


def _take(record: Mapping[str, Any], deadline: Deadline) -> None:
    message = UploadMessage.model_validate_json(record["body"])
    if message.resume:
        receipt = receiving().resume(message.resume, deadline=deadline)
        logger.info("reading resumed", submission=receipt.submission, received=receipt.received)
    for each in message.records or ():
        if each.creates:
            _receive(each, redelivered=receives(record) > 1, deadline=deadline)
        else:
            logger.info("event ignored", event_name=each.event_name)


def _receive(event: S3Record, *, redelivered: bool, deadline: Deadline) -> None:
    key = event.s3.object.decoded_key
    upload = Upload(
        key=key,
        version_id=event.s3.object.version_id,
        at=event.event_time,
        by=event.uploader(UploadKey.provider_in(key)),
        redelivered=redelivered,
    )
    known = arrivals().known(upload)
    if known is None:
        logger.info("upload ignored", event_name=event.event_name)
        return
    receipt = receiving().receive(known, deadline=deadline)
    logger.info("upload received", submission=receipt.submission, received=receipt.received)
