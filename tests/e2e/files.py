"""Small files of penalties, and the events that tell of them."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from urllib.parse import quote_plus

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.papers import PENALTY, Paper
from infra.local.seed import VERSION, schemas
from nbcredit.domain.catalogue import Item
from nbcredit.samples.files import generate, write_csv

_sequencers = count(1)


def a_file(name: str, *, seed: int, today: date, rows: int = 12, revised: float = 0.0) -> Paper:
    """Return penalties of the market authority; equal seeds are about the same decisions."""
    table = list(
        generate(
            Item.from_schema(schemas()[PENALTY], version=VERSION),
            rows=rows,
            seed=seed,
            today=today,
            revised_share=revised,
            authority="scjg",
        )
    )
    written = io.BytesIO()
    write_csv(table, written, encoding="utf-8")
    return Paper(
        title=name,
        provider="scjg",
        item=PENALTY,
        name=name,
        content=written.getvalue(),
        records=records(table),
    )


def records(table: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def event(key: str, *, version: str | None, at: datetime | None = None) -> str:
    """Return an upload's event as S3 writes it."""
    told = {"key": quote_plus(key, safe="/"), "sequencer": f"{next(_sequencers):018X}"}
    moment = at or datetime.now(UTC)  # noqa: TID251 -- as the bucket would
    return json.dumps(
        {
            "Records": [
                {
                    "eventName": "ObjectCreated:Put",
                    "eventTime": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
                    "userIdentity": {"principalId": "AIDATEST"},
                    "requestParameters": {"sourceIPAddress": "192.0.2.1"},
                    "s3": {"object": told | ({"versionId": version} if version else {})},
                }
            ]
        }
    )


@contextmanager
def without_events(local: LocalCloud) -> Iterator[None]:
    """Keep uploads from being told of, so that the test tells of them in its own order."""
    bucket = local.stack.outputs["FilesBucket"]
    told = local.gateway.s3.get_bucket_notification_configuration(Bucket=bucket)
    local.gateway.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={}
    )
    try:
        yield
    finally:
        local.gateway.s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration={"QueueConfigurations": told["QueueConfigurations"]},
        )
