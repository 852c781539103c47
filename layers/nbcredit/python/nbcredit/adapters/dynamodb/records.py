"""How records stand in the subject tables: heads, and the history of what they replaced."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nbcredit.adapters.crypto import FieldCipher
from nbcredit.adapters.dynamodb.tables import RawItem
from nbcredit.domain.records import Head, Record, RecordId, Version
from nbcredit.domain.subjects import Subject, SubjectKey
from nbcredit.usecases.plans import Put


def head_key(record: RecordId) -> tuple[str, str]:
    return record.subject.text, f"REC#{record.item}#{record.key}"


def history_prefix(record: RecordId) -> str:
    return f"HIST#{record.item}#{record.key}#"


def head_item(
    record: Record, subject: Subject, personal: frozenset[str], cipher: FieldCipher
) -> Put:
    """Return the stored item of a record's current version, its personal fields sealed."""
    pk, sk = head_key(record.id)
    item: dict[str, Mapping[str, Any]] = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "item": {"S": record.id.item},
        "key": {"S": record.id.key},
        "version": {"S": str(record.version)},
        "fingerprint": {"S": record.fingerprint},
        "provider": {"S": record.provider},
        "row": {"N": str(record.row)},
        "catalogue": {"S": record.catalogue},
        "region": {"S": record.region},
        "values": {
            "M": {name: {"S": v} for name, v in record.values.items() if name not in personal}
        },
    }
    told = {"role": record.role, "replaces": record.replaces, "replaced_by": record.replaced_by}
    item |= {name: {"S": value} for name, value in told.items() if value}
    if record.withdrawn:
        item["withdrawn"] = {"BOOL": True}
    sealed = {name: value for name, value in record.values.items() if name in personal}
    if sealed:
        item["sealed"] = {
            "B": cipher.seal(sealed, subject=subject.key, salt=subject.salt, place=_place(record))
        }
    return item


def as_history(item: Put) -> Put:
    """Turn a head's item into the history item of the same version."""
    version = item["version"]["S"]
    sk = f"HIST#{item['item']['S']}#{item['key']['S']}#{version}"
    return {**item, "sk": {"S": sk}}


def head_of(item: RawItem) -> Head:
    return Head(
        version=Version.parse(item["version"]["S"]),
        fingerprint=item["fingerprint"]["S"],
        provider=item["provider"]["S"],
        row=int(item["row"]["N"]),
        region=item["region"]["S"],
        role=item.get("role", {}).get("S", ""),
        catalogue=item["catalogue"]["S"],
        withdrawn="withdrawn" in item,
        replaced_by=item.get("replaced_by", {}).get("S", ""),
    )


def record_of(item: RawItem) -> RecordId:
    return RecordId(SubjectKey(item["pk"]["S"]), item["item"]["S"], item["key"]["S"])


def record_from(item: RawItem, *, salt: bytes, cipher: FieldCipher) -> Record:
    """Return the record of a stored item, head or history, with its personal fields opened."""
    record = Record(
        id=record_of(item),
        version=Version.parse(item["version"]["S"]),
        fingerprint=item["fingerprint"]["S"],
        provider=item["provider"]["S"],
        row=int(item["row"]["N"]),
        catalogue=item["catalogue"]["S"],
        region=item["region"]["S"],
        role=item.get("role", {}).get("S", ""),
        values={name: value["S"] for name, value in item["values"]["M"].items()},
        withdrawn="withdrawn" in item,
        replaces=item.get("replaces", {}).get("S", ""),
        replaced_by=item.get("replaced_by", {}).get("S", ""),
    )
    if "sealed" not in item:
        return record
    opened = cipher.open(
        item["sealed"]["B"], subject=record.id.subject, salt=salt, place=_place(record)
    )
    return replace(record, values={**record.values, **opened})


def _place(record: Record) -> str:
    """Return where a sealed field belongs: it stays valid when the version becomes history."""
    return f"{record.id.item}#{record.id.key}#{record.version}"
