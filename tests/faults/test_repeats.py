"""F01, F05, F09: the same event again, the same bytes again, other bytes of the same name."""

from dataclasses import replace

import boto3
import pytest

from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileGone, State
from nbcredit.usecases.receiving import Received, StillRead
from tests.faults.endings import actions, ending_of
from tests.faults.runs import PAST_THE_CLAIM, run_through
from tests.faults.scenes import penalties, penalty
from tests.integration.stage import UPLOADS, Stage

OCTOBER = penalties([penalty(1, of=1), penalty(2, of=1)])


@pytest.mark.fault("F01")
@pytest.mark.requirement("A5.1")
class TestRepeatedEvent:
    @pytest.mark.parametrize("times", [2, 10])
    def test_at_once_is_one_submission(self, stage: Stage, times: int) -> None:
        upload = OCTOBER.put(stage)

        stage.queues.uploads += [upload] * times
        stage.run()

        (books,) = ending_of(stage).books.values()
        assert books.by_outcome == {Outcome.NEW: 2}
        assert actions().count("upload-repeated") == times - 1

    def test_later_is_told_as_repeated_and_changes_nothing(self, stage: Stage) -> None:
        upload = OCTOBER.put(stage)
        stage.queues.uploads.append(upload)
        stage.run()
        before = ending_of(stage)

        receipt = stage.restarted().receive(replace(upload, redelivered=True))
        stage.run()

        assert receipt.received is Received.REPEATED
        assert ending_of(stage) == before

    def test_of_a_refused_file_is_refused_once(self, stage: Stage) -> None:
        upload = stage.put(b"")

        received = [stage.receive(upload).received for _ in range(3)]

        assert received == [Received.REFUSED, Received.REPEATED, Received.REPEATED]
        assert actions().count("submission-refused") == 1

    def test_while_the_first_reads_waits_or_gives_way(self, stage: Stage) -> None:
        upload = OCTOBER.put(stage)
        stage.deadline.seconds = 0
        stage.chunk_rows = 1
        assert stage.receive(upload).received is Received.HANDED_OVER
        held = stage.parts.submissions.claim(
            stage.submission(stage.queues.readings[0]), until=stage.clock.moment + PAST_THE_CLAIM
        )

        assert stage.receive(upload).received is Received.REPEATED
        with pytest.raises(StillRead) as told:
            stage.receive(replace(upload, redelivered=True))
        assert told.value.retry_after == PAST_THE_CLAIM.total_seconds()
        assert stage.submission(held.id) == held


@pytest.mark.fault("F09")
@pytest.mark.requirement("A5.1")
@pytest.mark.requirement("A7.3")
class TestSameBytes:
    def test_under_two_names_are_one_submission(self, stage: Stage) -> None:
        one, other = OCTOBER.put(stage), replace(OCTOBER, name="again.csv").put(stage)

        first, second = stage.receive(one), stage.receive(other)

        assert (first.submission, second.received) == (second.submission, Received.REPEATED)

    def test_for_another_period_are_another_submission(self, stage: Stage) -> None:
        stage.queues.uploads += [
            OCTOBER.put(stage),
            replace(OCTOBER, period="2026-09").put(stage),
        ]
        stage.run()

        books = [each.by_outcome for each in ending_of(stage).books.values()]
        assert sorted(books, key=str) == sorted([{Outcome.NEW: 2}, {Outcome.IDENTICAL: 2}], key=str)

    def test_are_not_needed_for_the_same_name(self, stage: Stage) -> None:
        corrected = penalties([penalty(1, of=1, 处罚内容="罚款9元"), penalty(2, of=1)])
        first, second = OCTOBER.put(stage), corrected.put(stage)
        assert first.key == second.key

        stage.queues.uploads += [second, first]
        stage.run()

        values = {each["decision_number"]: each for each in stage.heads().values()}
        assert values["甬市监处罚〔2026〕1号"]["penalty_content"] == "罚款9元"


@pytest.mark.fault("F05")
class TestMissingObject:
    def test_is_waited_for_and_read_by_its_version(self, stage: Stage) -> None:
        upload = OCTOBER.put(stage)
        s3 = boto3.client("s3")
        s3.delete_object(Bucket=UPLOADS, Key=upload.key, VersionId=upload.version_id)
        with pytest.raises(FileGone):
            stage.receive(upload)
        assert stage.heads() == {}

        later = s3.put_object(Bucket=UPLOADS, Key=upload.key, Body=OCTOBER.body)["VersionId"]
        s3.put_object(Bucket=UPLOADS, Key=upload.key, Body=b"another version of the key")
        receipt = stage.receive(replace(upload, version_id=later, redelivered=True))

        assert receipt.received is Received.READ
        assert stage.submission(receipt.submission).file.version_id == later

    def test_behind_a_delete_marker_is_read_all_the_same(self, stage: Stage) -> None:
        upload = OCTOBER.put(stage)
        boto3.client("s3").delete_object(Bucket=UPLOADS, Key=upload.key)

        assert stage.receive(upload).received is Received.READ

    def test_that_goes_during_the_reading_leaves_the_submission_as_it_stands(
        self, stage: Stage
    ) -> None:
        upload = OCTOBER.put(stage)
        stage.deadline.seconds = 0
        stage.chunk_rows = 1
        submission = stage.receive(upload).submission
        boto3.client("s3").delete_object(
            Bucket=UPLOADS, Key=upload.key, VersionId=upload.version_id
        )

        with pytest.raises(FileGone):
            run_through(stage)

        assert stage.queues.readings == [submission]
        assert stage.submission(submission).state is State.READING
