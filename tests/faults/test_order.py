"""F02, F03: what wins is decided by the reports, never by the order they are processed in."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcredit.domain.rows import Outcome
from tests.faults.endings import ending_of
from tests.faults.scenes import BLANK, penalties, penalty, registration, registry
from tests.faults.tapes import Tape
from tests.integration.stage import a_stage

RECORDS = 2


@dataclass(frozen=True, slots=True)
class Report:
    """One report: the month it is for, and what it says of each record it holds."""

    period: str
    contents: dict[int, str]


@pytest.fixture(scope="module")
def empty() -> Iterator[Tape]:
    with a_stage() as stage:
        stage.report(penalties([penalty(0)]).body)
        yield Tape.of(stage)


def reports() -> st.SearchStrategy[list[Report]]:
    contents = st.dictionaries(
        st.integers(1, RECORDS), st.sampled_from(["警告", "通报批评"]), min_size=1
    )
    periods = st.sampled_from(["2026-08", "2026-09", "2026-10"])
    return st.lists(st.builds(Report, periods, contents), min_size=2, max_size=5)


def standing(told: Sequence[Report]) -> dict[str, str]:
    """Return what must stand: of each record what the latest report of the latest period says."""
    stands: dict[str, str] = {}
    for report in sorted(told, key=lambda each: each.period):
        for number, content in report.contents.items():
            stands[f"甬市监处罚〔2026〕{number}号"] = content
    return stands


def named(name: str, status: str) -> dict[str, str]:
    return registration(5, 企业名称=f"宁波{name}测试有限公司", 登记状态=status)


@pytest.mark.fault("F02")
@pytest.mark.fault("F03")
@pytest.mark.requirement("A7.3")
class TestOrderOfProcessing:
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(told=reports(), data=st.data())
    def test_never_decides_what_stands(
        self, empty: Tape, told: list[Report], data: st.DataObject
    ) -> None:
        together = data.draw(st.booleans(), label="together")
        order = data.draw(st.permutations(range(len(told))), label="order")
        stage = empty.rewound()
        uploads = [
            # As many blank rows as make no two files the same.
            penalties(
                [
                    *(penalty(n, 处罚内容=content) for n, content in report.contents.items()),
                    *[BLANK] * place,
                ],
                period=report.period,
            ).put(stage)
            for place, report in enumerate(told)
        ]

        for place in order:
            stage.queues.uploads.append(uploads[place])
            if not together:
                stage.run()
        stage.run()

        ending = ending_of(stage)
        assert len(ending.books) == 1 + len(told)
        assert {
            values["decision_number"]: values["penalty_content"]
            for values in stage.heads().values()
            if values["decision_number"] != "甬市监处罚〔2026〕0号"
        } == standing(told)

    def test_of_unchanged_reports_keeps_a_late_one_from_undoing_them(self, empty: Tape) -> None:
        first, changed, again = (
            penalties([penalty(1, 处罚内容=content)], period=period)
            for content, period in [
                ("警告", "2026-08"),
                ("通报批评", "2026-09"),
                ("警告", "2026-10"),
            ]
        )
        stage = empty.rewound()
        uploads = [each.put(stage) for each in (first, again, changed)]

        ends = []
        for upload in uploads:
            stage.queues.uploads.append(upload)
            stage.run()
            latest = stage.parts.submissions.latest("scjg", limit=9)
            ends.append({each.id: each.books.by_outcome for each in latest})

        assert [*ends[-1].values()].count({Outcome.OLDER: 1}) == 1
        assert [*ends[-1].values()].count({Outcome.IDENTICAL: 1}) == 1
        assert {"警告"} == {
            values["penalty_content"]
            for values in stage.heads().values()
            if values["decision_number"] == "甬市监处罚〔2026〕1号"
        }

    @pytest.mark.requirement("A8.4")
    @pytest.mark.parametrize("order", [*itertools.permutations(range(4))][::3])
    def test_of_registrations_shows_in_no_profile_and_no_name(
        self, empty: Tape, order: tuple[int, ...]
    ) -> None:
        stage = empty.rewound()
        files = [
            registry([named(name, status)], period=period)
            for name, status, period in [
                ("甲", "存续", "2026-07"),
                ("乙", "存续", "2026-08"),
                ("甲", "存续", "2026-09"),
                ("丙", "注销", "2026-10"),
            ]
        ]
        uploads = [each.put(stage) for each in files]

        for place in order:
            stage.queues.uploads.append(uploads[place])
            stage.run()

        ending = ending_of(stage)
        (profile,) = [told for key, told in ending.profiles.items() if "0005" in key]
        assert profile[1:] == (
            "宁波丙测试有限公司",
            ("宁波乙测试有限公司", "宁波甲测试有限公司"),
            "注销",
            "",
            (),
        )
        assert len([each for each in ending.lookups if "NAME#" in each and "0005" in each]) == 3
