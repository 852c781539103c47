"""F21: two years of history beside today's files."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

import pytest

from nbcredit.domain.periods import Period
from nbcredit.domain.reserved import CORRECTS_HEADER
from nbcredit.domain.rows import Outcome
from nbcredit.usecases.receiving import Upload
from tests.faults.endings import Ending, ending_of
from tests.faults.scenes import Delivery, penalties, penalty
from tests.faults.tapes import Tape
from tests.integration.stage import NAMES, Stage, a_stage, items_of

# How many months of history each of them brings.
MONTHS: Final = {"scjg": 24, "zjj": 2, "rsj": 2}
PROVIDERS: Final = tuple(MONTHS)
# Reported in November 2026: what is due now, and what is of this month.
LIVE: Final = ("2026-10", "2026-11")
IN_TURN: Final = ["2026-08", *LIVE, "2026-09"]


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as stage:
        stage.report(penalties([penalty(999)]).body)
        yield Tape.of(stage)


def months(last: str, count: int) -> list[str]:
    """Return months in order, the last one named."""
    found = [Period.parse(last)]
    while len(found) < count:
        found.append(found[-1].previous())
    return [str(each) for each in reversed(found)]


def content(period: str) -> str:
    return f"罚款{period.replace('-', '')}元"


def report(provider: str, period: str) -> Delivery:
    """Report one decision that changes from month to month, and one of the month alone."""
    place = PROVIDERS.index(provider)
    return penalties(
        [
            penalty(1, of=place, 处罚内容=content(period)),
            penalty(int(period.replace("-", "")), of=place),
        ],
        period=period,
        provider=provider,
    )


HISTORY: Final = [report(p, m) for p in PROVIDERS for m in months("2026-09", MONTHS[p])]
TODAY: Final = [report(p, m) for p in PROVIDERS for m in LIVE]


@pytest.mark.fault("F21")
@pytest.mark.requirement("A7.3")
class TestTwoYearsOfHistory:
    def test_end_as_if_every_file_had_come_alone_and_in_its_turn(self, empty: Tape) -> None:
        stage = empty.rewound()
        stage.queues.uploads.extend(put_all(stage, from_both_ends([*HISTORY, *TODAY])))
        stage.run()

        ending = ending_of(stage)
        files = len(HISTORY) + len(TODAY)
        # Of each provider one record with the latest of its contents, and one of each month.
        assert sorted(each["penalty_content"] for each in stage.heads().values()) == sorted(
            [penalty(0)["处罚内容"]] * (files + 1) + [content(LIVE[-1])] * len(PROVIDERS)
        )
        assert sum(len(told) for told in ending.records.values()) == 2 * files + 1
        assert sum(each.rows for each in ending.books.values()) == 2 * files + 1
        assert ended(ending, Outcome.NEW) == files + len(PROVIDERS) + 1
        assert ended(ending, Outcome.UPDATED) + ended(ending, Outcome.OLDER) == files - len(
            PROVIDERS
        )
        assert ended(ending, Outcome.OLDER) >= len(HISTORY) // 2

    def test_hold_up_nothing_that_is_due_now(self, empty: Tape) -> None:
        stage = empty.rewound()
        for upload in put_all(stage, HISTORY[-4:]):
            stage.receive(upload)
        until(stage, lambda: len(stage.queues.backfill) == 2)
        for upload in put_all(stage, TODAY):
            stage.receive(upload)
        stage.run()

        # Each lane had the older file at work when today's came; the other one waits for them.
        started = [stage.submission(each) for each in started_in_order()]
        assert [each.period for each in started if each.provider == "zjj"] == IN_TURN
        assert [each.period for each in started if each.provider == "rsj"] == IN_TURN

    def test_have_a_queue_of_their_own(self, empty: Tape) -> None:
        stage = empty.rewound()
        old, new = put_all(stage, [report("scjg", "2024-10"), report("zjj", "2026-10")])
        for upload in (old, new):
            stage.receive(upload)
        until(stage, lambda: bool(stage.queues.chunks and stage.queues.backfill))

        assert [task.lane.provider for task in stage.queues.backfill] == ["scjg"]
        assert [task.lane.provider for task in stage.queues.chunks] == ["zjj"]

    def test_keep_their_corrections_out_of_the_way_too(self, empty: Tape) -> None:
        stage = empty.rewound()
        named = next(iter(stage.records())).id
        rows = [{**penalty(1), CORRECTS_HEADER: str(named)}, {**penalty(2), CORRECTS_HEADER: ""}]
        stage.receive(penalties(rows, period="2024-10").put(stage))
        live, history = set(), set()
        while stage.step():
            live |= {task.number for task in stage.queues.chunks}
            history |= {task.number for task in stage.queues.backfill}

        assert (live, history) == (set(), {0, 1})


def put_all(stage: Stage, deliveries: Sequence[Delivery]) -> list[Upload]:
    return [each.put(stage) for each in deliveries]


def ended(ending: Ending, outcome: Outcome) -> int:
    return sum(each[outcome] for each in ending.books.values())


def from_both_ends(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Shuffle in a way that is the same in every run: from both ends, inwards."""
    left = sorted(deliveries, key=lambda each: (each.period, each.provider))
    shuffled = []
    while left:
        shuffled.append(left.pop(-1 if len(left) % 2 else 0))
    return shuffled


def until(stage: Stage, holds: Callable[[], bool]) -> None:
    """Relay events, and nothing else, until it holds."""
    while not holds():
        (event, *_) = stage.parts.outbox.waiting(older_than=timedelta(seconds=-1))
        stage.relaying.relay(event)


def started_in_order() -> list[str]:
    """Return the submissions in the order they were started, from the trail."""
    entries = sorted(
        (json.loads(item["content"]) for item in items_of(NAMES.audit)),
        key=lambda entry: (entry["chain"], entry["sequence"]),
    )
    return [each["about"][0] for each in entries if each["action"] == "loading-started"]
