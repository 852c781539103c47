from collections.abc import Mapping

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.entries import Batch
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.reserved import CORRECTS_HEADER
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State, Submission
from nbcredit.usecases.cases import Choice
from nbcredit.usecases.retracting import REPLACED, SUPERSEDED
from tests.faults.scenes import (
    CITIZEN_ID,
    PENALTIES,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.integration.stage import Stage

WANG = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")


def stored(stage: Stage, *rows: Mapping[str, str]) -> list[RecordId]:
    """Store rows and return their records, in their order."""
    stage.report(penalties(rows).body)
    found = {each.values["decision_number"]: each.id for each in stage.records()}
    return [found[row["行政处罚决定书文号"]] for row in rows]


def correction(record: RecordId | str, row: Mapping[str, str]) -> dict[str, str]:
    return {**row, CORRECTS_HEADER: str(record)}


def uploaded(stage: Stage, *rows: Mapping[str, str], period: str = "2026-10") -> Submission:
    everything = {name: "" for row in rows for name in row}
    delivery = penalties([{**everything, **row} for row in rows], period=period)
    return stage.report(delivery.body, period=period)


def head(stage: Stage, record: RecordId) -> Record:
    return stage.subjects.versions(record)[0]


@pytest.mark.requirement("A7.3")
class TestCorrection:
    def test_stands_against_later_reports(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        done = uploaded(stage, correction(record, penalty(1, 处罚内容="通报批评")))
        later = stage.report(
            penalties([penalty(1, 处罚内容="罚款")], period="2026-11").body, period="2026-11"
        )

        assert done.books.by_outcome == {Outcome.UPDATED: 1}
        assert later.books.by_outcome == {Outcome.OLDER: 1}
        assert "W931" in later.issue_counts
        assert head(stage, record).values["penalty_content"] == "通报批评"

    def test_that_says_what_is_stored_stands_as_well(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        done = uploaded(stage, correction(record, penalty(1)))

        assert done.books.by_outcome == {Outcome.UPDATED: 1}
        assert head(stage, record).version.correction == 1

    def test_under_another_key_withdraws_the_record_it_names(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        done = uploaded(stage, correction(record, penalty(2)))

        assert done.books.by_outcome == {Outcome.NEW: 1}
        former = head(stage, record)
        [now] = [each for each in stage.records() if not each.withdrawn]
        assert (former.withdrawn, former.reason) == (True, REPLACED)
        assert former.replaced_by == str(now.id)
        assert now.replaces == str(record)
        assert [each.values.get("decision_number") for each in stage.subjects.versions(record)] == [
            None,
            "甬市监处罚〔2026〕1号",
        ]

    def test_may_be_about_another_subject(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        uploaded(stage, correction(record, penalty_of_citizen(1)))

        former = head(stage, record)
        assert former.withdrawn
        assert head(stage, RecordId.parse(former.replaced_by)).replaces == str(record)

    def test_comes_after_the_other_rows_of_its_file(self, stage: Stage) -> None:
        stage.chunk_rows = 2
        [record] = stored(stage, penalty(1))

        done = uploaded(
            stage,
            correction(record, penalty(2)),
            penalty(1, 处罚内容="通报批评"),
            penalty(3),
            penalty(4),
            penalty(5),
        )

        assert done.state is State.SETTLED
        assert done.chunks == 4
        assert done.books.by_outcome == {Outcome.NEW: 4, Outcome.UPDATED: 1}
        assert head(stage, record).withdrawn
        assert len([each for each in stage.records() if not each.withdrawn]) == 4

    def test_goes_back_to_the_first_record(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        uploaded(stage, correction(record, penalty(2)))

        uploaded(stage, correction(record, penalty(1, 处罚内容="通报批评")))

        [second] = [each for each in stage.records() if each.id != record]
        assert head(stage, record).values["penalty_content"] == "通报批评"
        assert (second.withdrawn, second.reason) == (True, SUPERSEDED)
        assert not second.replaced_by

    @pytest.mark.requirement("A8.4")
    def test_that_is_held_waits_with_the_record_it_names(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        stage.report(registry([registration(0)]).body, item="legal-registration")
        row = penalty(2, 行政相对人名称="宁波别名测试有限公司")

        done = uploaded(stage, correction(record, row))
        assert done.books.by_outcome == {Outcome.HELD: 1}
        assert not head(stage, record).withdrawn
        [case] = stage.cases.waiting("scjg", limit=9, by=WANG)
        stage.cases.decide(
            case.id,
            Choice(store=True),
            reason="核对无误",
            by=WANG,
            purpose="比对处理",
            deadline=stage.deadline,
        )
        stage.run()

        former = head(stage, record)
        assert former.withdrawn
        now = head(stage, RecordId.parse(former.replaced_by))
        assert (now.replaces, now.version.correction) == (str(record), 1)
        assert now.version.submission == done.id

    def test_within_a_call_is_done_within_the_call(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        batch = Batch(
            provider="scjg",
            item=PENALTIES,
            period="2026-11",
            rows=[correction(record, penalty(2)), penalty(3)],
            by=WANG,
        )

        done = stage.entering.report(batch, deadline=stage.deadline).submission

        assert done.state is State.SETTLED
        assert done.books.by_outcome == {Outcome.NEW: 2}
        ends = stage.entering.rows_of(done, stage.entering.issues_of(done))
        assert [each.outcome for each in ends] == [Outcome.NEW, Outcome.NEW]
        assert head(stage, record).withdrawn


@pytest.mark.requirement("A7.3")
@pytest.mark.requirement("A8.5")
class TestRefusedCorrection:
    def test_names_a_record_that_is_not_there(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        unknown = str(record)[:-4] + "AAAA"

        done = uploaded(stage, correction(unknown, penalty(2)), correction(CITIZEN_ID, penalty(3)))

        assert done.books.by_outcome == {Outcome.REJECTED: 2}
        assert done.issue_counts["E707"] == 2
        told = [
            f"{each.value}{each.message}" for each in stage.parts.work_files.read_issues(done.id)
        ]
        assert unknown in told[0]
        assert not any(CITIZEN_ID in each for each in told)
        assert len(list(stage.records())) == 1

    @pytest.mark.requirement("A5.1")
    @pytest.mark.fault("F45")
    def test_learns_nothing_of_anothers_record(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))
        unknown = str(record)[:-4] + "AAAA"

        told = []
        for each in (str(record), unknown):
            row = correction(each, penalty(7))
            done = stage.report(penalties([row]).body, provider="zjj")
            issues = list(stage.parts.work_files.read_issues(done.id))
            told.append(
                [issue.message.replace(each, "…") for issue in issues if "E7" in issue.code]
            )

        assert told[0] == told[1] != []
        assert not head(stage, record).withdrawn

    def test_is_the_second_about_one_record(self, stage: Stage) -> None:
        [record] = stored(stage, penalty(1))

        done = uploaded(stage, correction(record, penalty(2)), correction(record, penalty(3)))

        assert done.books.by_outcome == {Outcome.NEW: 1, Outcome.REJECTED: 1}
        assert done.issue_counts["E709"] == 1

    def test_would_move_a_registration(self, stage: Stage) -> None:
        stage.report(registry([registration(1)]).body, item="legal-registration")
        [record] = list(stage.records())

        row = correction(record.id, registration(2))
        done = stage.report(registry([row]).body, item="legal-registration")

        assert done.issue_counts["E710"] == 1
        assert not head(stage, record.id).withdrawn
