"""F06: feedback opens, is answered and closes once, whatever write dies on the way (A8.6)."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import pytest

from nbcredit.cleaning.originals import Originals
from nbcredit.domain.submissions import FileFormat
from tests.cleaning_builders import CREDIT_CODE, PENALTY, csv_text
from tests.faults.breaking import Crash, Killed
from tests.faults.runs import PAST_THE_CLAIM, taken_up
from tests.faults.tapes import Tape
from tests.integration.stage import NAMES, WORK, Stage, a_stage, client, items_of, shipped_item

NUMBER: Final = "行政处罚决定书文号"
ITEM: Final = shipped_item("administrative-penalty")
# How often the two ways write or send; the clean runs count them anew.
OPENING: Final = 32
CLOSING: Final = 29
# Of these so many at the end are of settling and after: those before are broken by `test_crashes`.
LAST: Final = 14
_ONCE: Final = ("feedback-opened", "feedback-answered", "feedback-closed", "submission-settled")


@dataclass(frozen=True, slots=True)
class Clean:
    """A way that nothing breaks: where it begins, what it leaves, and how often it writes."""

    tape: Tape
    body: bytes
    ending: dict[str, Any]
    writes: int


def bad_rows() -> bytes:
    rows = [{**PENALTY, NUMBER: f"甬市监处罚〔2026〕{number}号"} for number in range(4)]
    rows[1]["行政相对人名称"] = ""
    rows[2]["统一社会信用代码"] = "91330200MA00000009"
    rows[3]["处罚决定日期"] = "2026-13-01"
    return csv_text(rows).encode()


def mended(submission: str, *, wrong: int = 0) -> bytes:
    """Return the rows that went back, of which the last `wrong` are as they were."""
    key = f"submissions/{submission}/feedback/book.xlsx"
    body = client("s3").get_object(Bucket=WORK, Key=key)["Body"].read()
    opened = Originals().open([body], form=FileFormat.WORKBOOK, encoding="", item=ITEM, others=())
    rows = [dict(zip(opened.titles, row.cells or (), strict=False)) for row in opened.rows]
    for row in rows[: len(rows) - wrong]:
        row |= {name: PENALTY[name] for name in ("行政相对人名称", "处罚决定日期")}
        row["统一社会信用代码"] = CREDIT_CODE
    return csv_text(rows).encode()


def begun(tape: Tape, body: bytes, crashes: Sequence[Crash]) -> Stage:
    stage = tape.rewound()
    stage.queues.uploads.append(stage.put(body))
    for crash in crashes:
        crash.strike(stage)
    return stage


def clean(tape: Tape, body: bytes) -> Clean:
    watch = Crash(at=0)
    stage = begun(tape, body, [watch])
    stage.run()
    return Clean(tape, body, ending_of(), watch.writes)


def broken(way: Clean, crash: Crash) -> dict[str, Any]:
    stage = begun(way.tape, way.body, [crash])
    with suppress(Killed):
        stage.run()
    assert crash.dead
    taken_up(stage, pause=PAST_THE_CLAIM).run()
    return ending_of()


def ending_of() -> dict[str, Any]:
    """Return what must be the same: moments apart, all of feedback, what is owed, and the books."""
    work, audit = items_of(NAMES.work), items_of(NAMES.audit)
    assert not [item["sk"] for item in work if item["pk"].startswith("OUTBOX#")]
    acts = Counter(
        (act["action"], " ".join(act["about"]), act["detail"].get("rows", ""))
        for act in (json.loads(item["content"]) for item in audit)
        if act["action"] in _ONCE
    )
    return {
        "feedback": sorted(_told(item) for item in work if item["pk"].startswith("FEEDBACK#")),
        "owed": sorted(
            (item["pk"], json.loads(item["body"])["state"])
            for item in work
            if item["pk"].startswith("OWED#feedback#")
        ),
        "acts": acts,
        "papers": sorted(
            each["Key"]
            for each in client("s3").list_objects_v2(Bucket=WORK)["Contents"]
            if each["Key"].endswith(("book.xlsx", "marks.json", "rows.json", "receipt.html"))
        ),
        "heads": sorted(
            item["sk"] for item in items_of(NAMES.legal_persons) if item["sk"].startswith("REC#")
        ),
    }


def _told(item: dict[str, Any]) -> tuple[str, ...]:
    """Return an item without what a pause changes."""
    place = item["sk"] if item["sk"].startswith(("ROW#", "META")) else ""
    body = json.loads(item.get("body", "{}"))
    facts = (body.get(name) for name in ("state", "by_row", "rows", "held", "record", "revision"))
    return item["pk"], place, str(item.get("closed", "")), *map(str, facts)


@pytest.fixture(scope="class")
def opening() -> Iterator[Clean]:
    with a_stage() as stage:
        yield clean(Tape.of(stage), bad_rows())


@pytest.fixture(scope="class")
def closing() -> Iterator[Clean]:
    with a_stage() as stage:
        first = stage.report(bad_rows())
        second = stage.report(mended(first.id, wrong=1))
        tape, body = Tape.of(stage), mended(second.id)
        yield clean(tape, body)


@pytest.mark.fault("F06")
@pytest.mark.requirement("A8.6")
class TestOpening:
    def test_writes_so_often(self, opening: Clean) -> None:
        assert opening.writes == OPENING
        assert [state for _, state in opening.ending["owed"]] == ["open"]

    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("write", range(OPENING - LAST, OPENING + 1))
    def test_ends_alike_wherever_it_is_broken(
        self, opening: Clean, write: int, *, after: bool
    ) -> None:
        assert broken(opening, Crash(at=write, after=after)) == opening.ending


@pytest.mark.fault("F06")
@pytest.mark.requirement("A8.6")
class TestClosing:
    def test_writes_so_often(self, closing: Clean) -> None:
        assert closing.writes == CLOSING
        assert [state for _, state in closing.ending["owed"]] == ["on-time"]

    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("write", range(CLOSING - LAST, CLOSING + 1))
    def test_ends_alike_wherever_it_is_broken(
        self, closing: Clean, write: int, *, after: bool
    ) -> None:
        assert broken(closing, Crash(at=write, after=after)) == closing.ending
