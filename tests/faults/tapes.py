"""A recording of all that is stored, to begin again from: a new stage costs seconds of moto."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from nbcredit.adapters.dynamodb.tables import batch_put
from tests.integration.stage import NAMES, WORK, HandClock, Stage, client, make_tables

_LATER = re.compile("^affirmed/|/feedback/")
TABLES = (NAMES.work, NAMES.audit, NAMES.legal_persons, NAMES.natural_persons)


@dataclass(frozen=True, slots=True)
class Tape:
    """Items as they stood at a moment, and the objects that later files look at.

    What providers uploaded stays where it is; chunks and plans of settled files are not kept.
    """

    moment: datetime
    items: dict[str, list[dict[str, Any]]]
    objects: dict[str, bytes]

    @classmethod
    def of(cls, stage: Stage) -> Self:
        database, s3 = client("dynamodb"), client("s3")
        listed = s3.list_objects_v2(Bucket=WORK).get("Contents", [])
        keys = [each["Key"] for each in listed if _LATER.search(each["Key"])]
        return cls(
            stage.clock.moment,
            {table: database.scan(TableName=table)["Items"] for table in TABLES},
            {key: s3.get_object(Bucket=WORK, Key=key)["Body"].read() for key in keys},
        )

    def rewound(self) -> Stage:
        """Return a platform on which only that has happened which is on the tape."""
        database = client("dynamodb")
        for table in TABLES:
            database.delete_table(TableName=table)
        make_tables()
        stage = Stage(HandClock(self.moment))
        for table, items in self.items.items():
            batch_put(stage.parts.connection, table, items)
        s3 = stage.parts.s3
        listed = s3.list_objects_v2(Bucket=WORK).get("Contents", [])
        if listed:
            keys = [{"Key": each["Key"]} for each in listed]
            s3.delete_objects(Bucket=WORK, Delete={"Objects": keys, "Quiet": True})
        for key, body in self.objects.items():
            s3.put_object(Bucket=WORK, Key=key, Body=body)
        return stage
