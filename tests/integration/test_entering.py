from dataclasses import replace
from datetime import timedelta

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.entries import Batch, Entry
from nbcredit.domain.rows import Outcome, Row
from nbcredit.domain.submissions import Kind, State
from nbcredit.usecases.receiving import Upload
from nbcredit.usecases.submissions import Standing
from tests.faults.scenes import PENALTIES, penalties, penalty
from tests.integration.stage import UPLOADS, Stage, client

WANG = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")


def batch(*rows: dict[str, str], period: str = "2026-11", by: Actor = WANG) -> Batch:
    return Batch(provider="scjg", item=PENALTIES, period=period, rows=rows, by=by)


def report(stage: Stage, *rows: dict[str, str]) -> Standing:
    return stage.entering.report(batch(*rows), deadline=stage.deadline)


def event_of(stage: Stage) -> Upload:
    """Return the event of the latest object, as S3 tells it of the function that put it."""
    listed = client("s3").list_object_versions(Bucket=UPLOADS)["Versions"]
    newest = max(listed, key=lambda each: each["LastModified"])
    function = Actor(kind=ActorKind.PROVIDER, id="AROA:answer-call", organisation="scjg")
    return Upload(
        key=newest["Key"], version_id=newest["VersionId"], at=stage.clock.now(), by=function
    )


@pytest.mark.requirement("A7.1")
class TestReportByCall:
    def test_is_stored_within_the_call(self, stage: Stage) -> None:
        standing = report(stage, penalty(1), penalty(2))

        submission = standing.submission
        assert submission.state is State.SETTLED
        assert submission.books.by_outcome == {Outcome.NEW: 2}
        assert submission.kind is Kind.API
        assert submission.reported_by == WANG
        assert len(stage.heads()) == 2

    def test_tells_how_each_row_ended(self, stage: Stage) -> None:
        stage.report(penalties([penalty(2), penalty(3)]).body)

        submission = report(
            stage,
            penalty(1),
            penalty(2),
            penalty(3, 处罚内容="通报批评"),
            penalty(4, 处罚决定日期="2026-13-01"),
            penalty(1),
            penalty(1, 处罚内容="通报批评"),
            {},
            penalty(5),
        ).submission

        issues = stage.entering.issues_of(submission)
        ends = stage.entering.rows_of(submission, issues)
        assert [each.outcome for each in ends] == [
            Outcome.NEW,
            Outcome.IDENTICAL,
            Outcome.UPDATED,
            Outcome.REJECTED,
            Outcome.DUPLICATE,
            Outcome.REJECTED,
            Outcome.BLANK,
            Outcome.NEW,
        ]
        assert [each.number for each in ends] == [*range(1, 9)]
        assert [issue.code for issue in ends[3].issues] == ["E303"]
        assert submission.books.balanced

    def test_again_is_the_same_submission(self, stage: Stage) -> None:
        first = report(stage, penalty(1)).submission
        stage.run()
        stage.clock.forward(timedelta(days=1))

        again = report(stage, penalty(1)).submission

        assert again == first


class TestDecidedRows:
    def test_count_as_the_file_they_came_with(self, stage: Stage) -> None:
        original = stage.report(penalties([penalty(1)]).body)
        late = stage.report(
            penalties([penalty(2, 处罚内容="通报批评")], period="2026-11").body, period="2026-11"
        )
        rows = [
            Row.of(number, {**row.values, "decision_number": decision})
            for row in stage.parts.work_files.read_chunk(original.id, 0)
            for number, decision in ((7, "甬市监处罚〔2026〕2号"), (8, "甬市监处罚〔2026〕3号"))
        ]

        entry = Entry.decided(original, rows, token="case-1", by=WANG, at=stage.clock.now())
        done = stage.entering.enter(entry, deadline=stage.deadline).submission

        assert done.state is State.SETTLED
        assert (done.kind, done.follows) == (Kind.DECISION, original.id)
        assert done.books.by_outcome == {Outcome.OLDER: 1, Outcome.NEW: 1}
        versions = {each.values["decision_number"]: each for each in stage.records()}
        assert versions["甬市监处罚〔2026〕2号"].version == late.version
        assert versions["甬市监处罚〔2026〕3号"].version == original.version
        assert versions["甬市监处罚〔2026〕3号"].row == 8

    def test_are_entered_once(self, stage: Stage) -> None:
        original = stage.report(penalties([penalty(1)]).body)
        rows = stage.parts.work_files.read_chunk(original.id, 0)
        entry = Entry.decided(original, rows, token="case-1", by=WANG, at=stage.clock.now())
        first = stage.entering.enter(entry, deadline=stage.deadline)
        stage.run()
        later = replace(entry, at=stage.clock.now() + timedelta(days=1))

        again = stage.entering.enter(later, deadline=stage.deadline)

        assert again == first

    def test_of_one_file_wait_beside_each_other(self, stage: Stage) -> None:
        original = stage.report(penalties([penalty(1)]).body)
        rows = stage.parts.work_files.read_chunk(original.id, 0)
        stage.receive(penalties([penalty(2)], period="2026-11").put(stage))
        stage.parts.lanes.start_next(original.lane, by=WANG)

        entered = [
            stage.entering.enter(
                Entry.decided(original, rows, token=token, by=WANG, at=stage.clock.now()),
                deadline=stage.deadline,
            ).submission
            for token in ("case-1", "case-2")
        ]

        assert [each.state for each in entered] == [State.WAITING] * 2
        stage.run()
        assert [stage.submission(each.id).state for each in entered] == [State.SETTLED] * 2
