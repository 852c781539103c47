import time
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.papers import CODE, DECISION, Paper
from infra.local.demonstration.post import PURPOSE, Post
from infra.local.deploy import deploy
from infra.local.seed import seed
from nbcredit.adapters.redrive import Redrive, to_queue
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.wire.records import ReadSubject, RecordView, SubjectView
from tests.e2e.files import a_file, event, without_events

TABLES = ("LegalPersons", "NaturalPersons", "Work", "Audit")


def upload(post: Post, paper: Paper) -> str:
    """Put the file without an event of the bucket's own; return its version."""
    answer = post.local.gateway.s3.put_object(
        Bucket=post.local.stack.outputs["FilesBucket"],
        Key=paper.key(post.period),
        Body=paper.content,
    )
    return answer["VersionId"]


def tell(post: Post, body: str) -> None:
    post.local.gateway.sqs.send_message(
        QueueUrl=post.local.stack.outputs["IncomingQueueUrl"], MessageBody=body
    )


def redrive(post: Post, *, run: str) -> int:
    outputs, sqs = post.local.stack.outputs, post.local.gateway.sqs
    way = to_queue(sqs, outputs["IncomingQueueUrl"], run)
    return Redrive(sqs, outputs["IncomingDeadLettersUrl"], run, way).all(lambda _: None).moved


def stored(post: Post, paper: Paper, place: int) -> RecordView:
    """Return what is stored now of the record at a place of the file."""
    row = paper.records[place]
    answer = post.centre.call(
        ReadSubject(caller=post.caller, purpose=PURPOSE, credit_code=row[CODE])
    )
    subject = SubjectView.model_validate(answer)
    return next(each for each in subject.records if row[DECISION] in each.values.values())


def outcomes(post: Post, paper: Paper) -> dict[str, int]:
    view = post.look(post.submission_of(paper))
    assert view is not None
    assert view.balanced
    return {outcome: count for outcome, count in view.outcomes.items() if count}


def about_an_organisation(paper: Paper, *, other_than: Paper | None = None) -> int:
    """Return a place whose record is about an organisation, and differs from the other file's."""
    return next(
        place
        for place, row in enumerate(paper.records)
        if row[CODE] and (other_than is None or row != other_than.records[place])
    )


class TestUpload:
    @pytest.mark.requirement("A5.1")
    @pytest.mark.requirement("A5.3")
    def test_ends_as_stored_records_that_lead_back_to_it(self, post: Post, today: date) -> None:
        paper = a_file("处罚 一月+二月.csv", seed=1, today=today)

        post.upload(paper)
        view = post.follow([paper])[paper.title]

        assert view.state == State.SETTLED
        assert outcomes(post, paper) == {Outcome.NEW: len(paper.records)}
        place = about_an_organisation(paper)
        record = stored(post, paper, place)
        assert (record.submission, record.row) == (view.submission, place + 2)
        assert view.file_name == paper.name

    @pytest.mark.fault("F01")
    def test_counts_once_however_often_it_is_told(self, post: Post, today: date) -> None:
        paper = a_file("重复事件.csv", seed=2, today=today)
        with without_events(post.local):
            version = upload(post, paper)

        for _ in range(10):
            tell(post, event(paper.key(post.period), version=version))
        post.follow([paper])

        assert post.quiet()
        assert outcomes(post, paper) == {Outcome.NEW: len(paper.records)}
        assert post.waiting("IncomingDeadLettersUrl") == 0

    @pytest.mark.fault("F02")
    @pytest.mark.requirement("A7.3")
    def test_stands_as_reported_last_whatever_is_told_first(self, post: Post, today: date) -> None:
        first = a_file("先后颠倒.csv", seed=3, today=today, rows=30)
        second = a_file("先后颠倒.csv", seed=3, today=today, rows=30, revised=0.5)
        now = datetime.now(UTC)  # noqa: TID251 -- events carry the bucket's own time
        key = first.key(post.period)
        with without_events(post.local):
            versions = [upload(post, paper) for paper in (first, second)]

        tell(post, event(key, version=versions[1], at=now))
        post.follow([second])
        tell(post, event(key, version=versions[0], at=now - timedelta(seconds=30)))
        post.follow([first])

        assert post.quiet()
        assert outcomes(post, second) == {Outcome.NEW: 30}
        assert set(outcomes(post, first)) == {Outcome.OLDER, Outcome.IDENTICAL}
        place = about_an_organisation(second, other_than=first)
        assert stored(post, second, place).submission == post.submission_of(second)


class TestPoison:
    @pytest.mark.fault("F15")
    @pytest.mark.fault("F16")
    def test_is_set_aside_alone_and_redriven_as_often_as_one_likes(
        self, post: Post, today: date
    ) -> None:
        late = a_file("迟到.csv", seed=40, today=today)
        others = [a_file(f"同行 {n}.csv", seed=40 + n, today=today) for n in range(1, 10)]
        poison = event(late.key(post.period), version=None)

        tell(post, poison)
        for paper in others:
            post.upload(paper)
        post.follow(others)
        wait_for_dead_letter(post)

        with without_events(post.local):
            upload(post, late)
        assert redrive(post, run="first") == 1
        post.follow([late])
        assert redrive(post, run="second") == 0
        tell(post, poison)

        assert post.quiet()
        assert outcomes(post, late) == {Outcome.NEW: len(late.records)}
        assert post.waiting("IncomingDeadLettersUrl") == 0


def wait_for_dead_letter(post: Post) -> None:
    deadline = time.monotonic() + 90
    while post.waiting("IncomingDeadLettersUrl") == 0:
        assert time.monotonic() < deadline, "no dead letter after five receives"
        time.sleep(0.2)


class TestDeployment:
    def test_has_what_every_part_is_named_by(self, local: LocalCloud) -> None:
        tables = local.gateway.dynamodb.list_tables()["TableNames"]

        assert {local.stack.outputs[f"{each}Table"] for each in TABLES} <= set(tables)

    def test_lets_the_work_table_forget(self, local: LocalCloud) -> None:
        described = local.gateway.dynamodb.describe_time_to_live(
            TableName=local.stack.outputs["WorkTable"]
        )

        assert described["TimeToLiveDescription"]["AttributeName"] == "expires_at"

    def test_can_be_repeated_without_a_change(self, local: LocalCloud) -> None:
        assert deploy(local.gateway).outputs == local.stack.outputs
        seed(local.invoke)
