"""A recording of all that is stored, to begin again from: a new stage costs seconds of moto."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import boto3

from nbcredit.adapters.dynamodb.tables import batch_put
from tests.integration.stage import NAMES, WORK, HandClock, Stage, make_tables

TABLES = (NAMES.work, NAMES.audit, NAMES.legal_persons, NAMES.natural_persons)


@dataclass(frozen=True, slots=True)
class Tape:
    """Items and objects as they stood at a moment; what providers uploaded stays where it is."""

    moment: datetime
    items: dict[str, list[dict[str, Any]]]
    objects: dict[str, bytes]

    @classmethod
    def of(cls, stage: Stage) -> Self:
        database, s3 = boto3.client("dynamodb"), boto3.client("s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=WORK)["Contents"]]
        return cls(
            stage.clock.moment,
            {table: database.scan(TableName=table)["Items"] for table in TABLES},
            {key: s3.get_object(Bucket=WORK, Key=key)["Body"].read() for key in keys},
        )

    def rewound(self) -> Stage:
        """Return a platform on which only that has happened which is on the tape."""
        database = boto3.client("dynamodb")
        for table in TABLES:
            database.delete_table(TableName=table)
        make_tables()
        stage = Stage(HandClock(self.moment))
        for table, items in self.items.items():
            batch_put(stage.parts.connection, table, items)
        s3 = stage.parts.s3
        for each in s3.list_objects_v2(Bucket=WORK)["Contents"]:
            if each["Key"] not in self.objects:
                s3.delete_object(Bucket=WORK, Key=each["Key"])
        for key, body in self.objects.items():
            s3.put_object(Bucket=WORK, Key=key, Body=body)
        return stage
