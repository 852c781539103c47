"""What a run leaves behind, in a form that two runs can be compared by."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nbcredit.domain.audit import StoredEntry, verify
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.subjects import Subject, SubjectKey
from nbcredit.domain.submissions import Books
from tests.integration.stage import NAMES, WORK, Stage, items_of

# Of these every file leaves exactly one; a start or a repeat may come again after a crash.
_MILESTONES: Final = (
    "submission-received",
    "submission-read",
    "submission-refused",
    "chunk-loaded",
    "submission-settled",
)

Items = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """All that must be the same, however often the way was broken."""

    records: dict[str, list[str]]
    profiles: dict[str, tuple[object, ...]]
    lookups: list[str]
    submissions: dict[str, tuple[object, ...]]
    books: dict[str, Books]
    chunks: dict[str, list[object]]
    changes: Counter[str]
    issue_lists: dict[str, bytes]
    receipts: dict[str, dict[str, Any]]
    acts: Counter[tuple[str, str]]


def ending_of(stage: Stage) -> Ending:
    """Return the ending, having checked that nothing is left undone and the trail is whole."""
    work, audit = items_of(NAMES.work), items_of(NAMES.audit)
    assert_nothing_waits(work)
    assert_whole_trail(audit)
    submissions = [
        stage.submission(item["pk"].removeprefix("SUB#"))
        for item in work
        if item["pk"].startswith("SUB#") and item["sk"] == "META"
    ]
    assert all(each.books.balanced for each in submissions)
    subjects = [*items_of(NAMES.legal_persons), *items_of(NAMES.natural_persons)]
    objects = dict(_objects(stage))
    return Ending(
        records={
            str(record): [_told(each) for each in stage.subjects.versions(record)]
            for record in _records(subjects)
        },
        profiles={
            item["pk"]: _profile(stage, SubjectKey(item["pk"]))
            for item in subjects
            if item["sk"] == "PROFILE"
        },
        lookups=sorted(
            json.dumps(item, sort_keys=True)
            for item in subjects
            if item["sk"] == "DIGEST" or item["pk"].startswith("NAME#")
        ),
        submissions={
            each.id: (each.state, each.chunks, each.issue_counts, each.reason)
            for each in submissions
        },
        books={each.id: each.books for each in submissions},
        chunks={
            each.id: list(stage.parts.submissions.chunk_results(each.id)) for each in submissions
        },
        changes=Counter(
            f"{change['record']} {change['version']} {change['region']}"
            for item in work
            if item["pk"].startswith("CHANGES#")
            for change in item["changes"]
        ),
        issue_lists={key: body for key, body in objects.items() if key.endswith("/issues.csv")},
        receipts={
            key: {**json.loads(body), "settled_at": ""}
            for key, body in objects.items()
            if key.endswith("/receipt.json")
        },
        acts=milestones(audit),
    )


def assert_nothing_waits(work: Items) -> None:
    """Check that no event waits for its consequences, and no lane is held or waited for."""
    assert not [item["sk"] for item in work if item["pk"].startswith("OUTBOX#")]
    lanes = [item for item in work if item["pk"] == "LANES"]
    assert not [lane["sk"] for lane in lanes if lane.get("holder") or lane.get("submission")]


def assert_whole_trail(audit: Items) -> None:
    stored = [
        StoredEntry(
            chain=item["sk"].partition("#")[0],
            sequence=int(item["sk"].partition("#")[2]),
            content=item["content"],
            hash=item["hash"],
        )
        for item in audit
    ]
    verdict = verify(stored, born_in_range=frozenset(entry.chain for entry in stored))
    assert verdict.whole, f"{verdict.first_bad}: {verdict.reason}"


def milestones(audit: Items) -> Counter[tuple[str, str]]:
    acts = (json.loads(item["content"]) for item in audit)
    return Counter(
        (act["action"], " ".join(act["about"])) for act in acts if act["action"] in _MILESTONES
    )


def actions() -> list[str]:
    """Return the actions of the trail, sorted."""
    return sorted(json.loads(item["content"])["action"] for item in items_of(NAMES.audit))


def _records(subjects: Items) -> Iterator[RecordId]:
    for item in subjects:
        if item["sk"].startswith("REC#"):
            yield RecordId(SubjectKey(item["pk"]), item["item"], item["key"])


def _told(record: Record) -> str:
    return json.dumps(
        [
            str(record.version),
            record.fingerprint,
            record.provider,
            record.row,
            record.catalogue,
            record.region,
            record.role,
            dict(sorted(record.values.items())),
        ],
        ensure_ascii=False,
    )


def _profile(stage: Stage, key: SubjectKey) -> tuple[object, ...]:
    subject: Subject = stage.subjects.read([], [key])[1][key]
    return (
        subject.state,
        subject.name,
        subject.former_names,
        subject.status,
        subject.cancelled_on,
        subject.successors,
    )


def _objects(stage: Stage) -> Iterator[tuple[str, bytes]]:
    for listed in stage.parts.s3.list_objects_v2(Bucket=WORK).get("Contents", ()):
        if listed["Key"].endswith((".csv", "/receipt.json")):
            body = stage.parts.s3.get_object(Bucket=WORK, Key=listed["Key"])["Body"]
            yield listed["Key"], body.read()
