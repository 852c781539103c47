"""What the demonstration proves behind the platform's back, in its tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.post import PURPOSE, Post
from nbcredit.domain.errors import NotFound
from nbcredit.wire.audit import AuditReport, VerifyAudit

_TABLES: Final = ("LegalPersonsTable", "NaturalPersonsTable", "WorkTable", "AuditTable")


class Missing(NotFound):
    """A record that was stored is not found again."""

    code = "missing-in-demonstration"

    def __init__(self, named: str) -> None:
        super().__init__(f"没有查到记录 {named}。")


def audit(post: Post, *, since: datetime, until: datetime) -> AuditReport:
    """Have the platform verify its trail."""
    answer = post.centre.call(
        VerifyAudit(caller=post.caller, purpose=PURPOSE, since=since, until=until)
    )
    return AuditReport.model_validate(answer)


def found_in_store(local: LocalCloud, numbers: Sequence[str]) -> list[str]:
    """Return those numbers that stand in the clear in any table."""
    everything = "\n".join(
        repr(item) for table in _TABLES for item in _items(local, local.stack.outputs[table])
    )
    return [number for number in numbers if number in everything]


@contextmanager
def one_entry_tampered(local: LocalCloud) -> Iterator[None]:
    """Change one entry of the trail, as only an intruder could, and put it back."""
    table = local.stack.outputs["AuditTable"]
    entry = max(_items(local, table), key=lambda item: (len(item), str(item["sk"])))
    text = max(
        (name for name, value in entry.items() if "S" in value and name not in ("pk", "sk")),
        key=lambda name: (name == "purpose", name == "action", name),
    )
    changed = {**entry, text: {"S": entry[text]["S"] + "（改）"}}
    local.gateway.dynamodb.put_item(TableName=table, Item=changed)
    try:
        yield
    finally:
        local.gateway.dynamodb.put_item(TableName=table, Item=entry)


def _items(local: LocalCloud, table: str) -> Iterator[dict[str, Any]]:
    pages = local.gateway.dynamodb.get_paginator("scan").paginate(TableName=table)
    for page in pages:
        yield from page["Items"]
