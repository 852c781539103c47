"""Entries handed out with their proof: anybody checks them without the platform (A20.1)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from nbcredit.domain import merkle
from nbcredit.domain.audit import StoredEntry
from nbcredit.domain.checkpoints import Checkpoint, Signed, canonical
from nbcredit.domain.errors import BadRequest

_KEY: Final = "key"
_CHECKPOINT: Final = "checkpoint"
_ENTRY: Final = "entry"


class BadProof(BadRequest):
    """The file is no export of the trail."""

    code = "bad-audit-export"

    def __init__(self, line: int) -> None:
        super().__init__(f"第 {line} 行不是审计导出的内容：请使用平台导出的、未改动的文件。")
        self.line = line


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file proves: entries proven and not yet sealed, what is wrong, whose keys."""

    proven: int
    unsealed: int
    keys: tuple[str, ...]
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not self.faults


def key_line(public_key: str, *, fingerprint: str) -> str:
    return canonical({"kind": _KEY, "key": fingerprint, "pem": public_key})


def checkpoint_line(signed: Signed) -> str:
    return canonical(
        {
            "kind": _CHECKPOINT,
            "content": signed.content,
            "signature": signed.signature,
            "key": signed.key,
        }
    )


def entry_line(
    entry: StoredEntry, *, checkpoint: Checkpoint | None, partition: Sequence[StoredEntry]
) -> str:
    """Return an entry with the way from it to its checkpoint, if it is sealed."""
    told: dict[str, Any] = {
        "kind": _ENTRY,
        "place": entry.place,
        "partition": entry.partition,
        "content": entry.content,
    }
    if checkpoint is not None:
        hashes = [each.content_hash for each in partition]
        index = next(at for at, each in enumerate(partition) if each.place == entry.place)
        told |= {
            "checkpoint": checkpoint.number,
            "index": index,
            "path": merkle.path(hashes, index),
        }
    return canonical(told)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file's lines by what they are."""

    keys: Mapping[str, str]
    checkpoints: Sequence[Signed]
    entries: Sequence[Mapping[str, Any]]

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Exported":
        """Read a file, or raise `BadProof`."""
        keys: dict[str, str] = {}
        checkpoints: list[Signed] = []
        entries: list[Mapping[str, Any]] = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                told = json.loads(line)
                match told["kind"]:
                    case "key":
                        keys[str(told["key"])] = str(told["pem"])
                    case "checkpoint":
                        checkpoints.append(
                            Signed(
                                content=told["content"],
                                signature=told["signature"],
                                key=told["key"],
                            )
                        )
                    case "entry":
                        entries.append({**told, "place": str(told["place"])})
                    case _:
                        raise BadProof(number)
            except (ValueError, KeyError, TypeError) as error:
                raise BadProof(number) from error
        return cls(keys, checkpoints, entries)


def unproven(
    entries: Iterable[Mapping[str, Any]], checkpoints: Mapping[int, Checkpoint]
) -> Iterator[tuple[str, str]]:
    """Yield those entries that their checkpoint does not prove."""
    for told in entries:
        if "checkpoint" in told:
            checkpoint = checkpoints.get(told["checkpoint"])
            reason = (
                "它的检查点不在文件里，或者签名不对"
                if checkpoint is None
                else _unlike(told, checkpoint)
            )
            if reason:
                yield told["place"], reason


def _unlike(told: Mapping[str, Any], checkpoint: Checkpoint) -> str:
    sealed = checkpoint.by_key.get(told["partition"])
    try:
        said = json.loads(told["content"])
        entry = StoredEntry(
            chain=said["chain"], sequence=said["sequence"], content=told["content"], hash=""
        )
        way = merkle.climbed(
            entry.content_hash,
            index=told["index"],
            size=sealed.entries if sealed else 0,
            beside=told["path"],
        )
    except (ValueError, KeyError, TypeError):
        return "内容无法读取"
    if entry.place != told["place"]:
        return "内容与其位置不符"
    if sealed is None or way != sealed.root:
        return "与封存的内容不符：被改动过，或者不是平台的记录"
    return ""
