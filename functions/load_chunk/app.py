"""Load chunks: compare with the store and write what changed."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.batches import SqsBatch, queue_of
from nbcredit.runtime.loading import loading_of
from nbcredit.runtime.settings import LoadChunkSettings, settings
from nbcredit.runtime.subjects import keyed_hashes, subject_store
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.loading import Loading
from nbcredit.wire.messages import ChunkMessage

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(LoadChunkSettings))


@cache
def loading() -> Loading:
    told, made = settings(LoadChunkSettings), parts()
    hashes = keyed_hashes(told)
    subjects = subject_store(made, hashes=hashes, field_key_id=told.field_key_id)
    return loading_of(made, hashes=hashes, subjects=subjects)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    told = settings(LoadChunkSettings)
    url = queue_of(event, told.chunk_queue_url, told.backfill_queue_url)
    batch = SqsBatch(_load, client=parts().sqs, url=url, base=told.retry_base_seconds)
    return batch(event)


def _load(record: Mapping[str, Any]) -> None:
    task = ChunkMessage.model_validate_json(record["body"]).task
    loaded = loading().load(task)
    logger.info("chunk taken", submission=task.submission, chunk=task.number, loaded=loaded)
