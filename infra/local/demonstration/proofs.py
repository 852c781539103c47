"""What the demonstration proves behind the platform's back, in its tables."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from ulid import ULID

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.post import PURPOSE, Post
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import GENESIS, Act, Entry, partition_of
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
    entries = (item for item in _items(local, table) if "content" in item)
    entry = max(entries, key=lambda item: str(item["sk"]))
    changed = {**entry, "content": {"S": entry["content"]["S"] + "（改）"}}
    local.gateway.dynamodb.put_item(TableName=table, Item=changed)
    try:
        yield
    finally:
        local.gateway.dynamodb.put_item(TableName=table, Item=entry)


def seal(local: LocalCloud, *, since: datetime) -> dict[str, Any]:
    """Let the sealer run, as the scheduler does every ten minutes; return what it tells."""
    answer = local.gateway.functions.invoke(
        FunctionName=local.stack.outputs["SealAuditFunction"],
        Payload=json.dumps({"since": since.isoformat()}),
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return told


def past_entries(local: LocalCloud, *, at: datetime) -> list[dict[str, Any]]:
    """Write a chain of an hour ago: what happens now is sealed only when nobody can write it."""
    previous, chain = GENESIS, str(ULID.from_datetime(at))
    items: list[dict[str, Any]] = []
    for sequence in range(3):
        entry = Entry(
            chain=chain,
            sequence=sequence,
            previous=previous,
            at=at,
            act=Act(action="demonstrated", actor=Actor.platform("demonstration"), purpose=PURPOSE),
        )
        previous = entry.hash
        item = {
            "pk": {"S": partition_of(entry.window, entry.shard)},
            "sk": {"S": f"{entry.chain}#{entry.sequence:08d}"},
            "content": {"S": entry.content},
            "hash": {"S": entry.hash},
        }
        local.gateway.dynamodb.put_item(TableName=local.stack.outputs["AuditTable"], Item=item)
        items.append(item)
    return items


@contextmanager
def tail_cut(local: LocalCloud, entry: dict[str, Any]) -> Iterator[None]:
    """Take the last entry of a chain away, and put it back."""
    table = local.stack.outputs["AuditTable"]
    local.gateway.dynamodb.delete_item(TableName=table, Key={n: entry[n] for n in ("pk", "sk")})
    try:
        yield
    finally:
        local.gateway.dynamodb.put_item(TableName=table, Item=entry)


def _items(local: LocalCloud, table: str) -> Iterator[dict[str, Any]]:
    pages = local.gateway.dynamodb.get_paginator("scan").paginate(TableName=table)
    for page in pages:
        yield from page["Items"]
