"""F22, F47: large files of every format that are killed on the way, or wrong in every row."""

import io
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Final

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.usecases.issue_lists import IssueList
from nbcredit.usecases.receiving import Received, Upload
from tests.cleaning_builders import TODAY, a_credit_code, an_item
from tests.faults.breaking import Crash, Killed
from tests.faults.files import REGISTRY, csv_of, grid_of, in_every_format
from tests.faults.runs import PAST_THE_CLAIM
from tests.faults.scenes import registration
from tests.integration.stage import WORK, Stage, client

ROWS: Final = 23_000
# Rows after these repeat the first ones.
COMPANIES: Final = 22_000
CHUNK: Final = 1_000
# Where a reading is saved, so that it is taken up from there.
SAVED: Final = 20 * CHUNK


def large_rows() -> list[dict[str, str]]:
    """Return rows that are right, wrong, changed, repeated and blank."""
    rows: list[dict[str, str]] = []
    for number in range(ROWS):
        company = number % COMPANIES
        row = registration(0, 企业名称=f"宁波{company}号公司")
        row["统一社会信用代码"] = a_credit_code(f"91330200MA{company:07d}")
        if company % 97 == 5:
            row["登记状态"] = "不明"
        if company % 1_009 == 7:
            row["成立日期"] = "43677"
        rows.append({} if number % 499 == 3 else row)
    return rows


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return in_every_format(large_rows())


def put(stage: Stage, body: bytes, *, period: str) -> Upload:
    return stage.put(body, item=REGISTRY, period=period, name="large")


def written(submission: str) -> Mapping[str, bytes]:
    """Return what the reading left in the work bucket, by its place within the submission."""
    stem = f"submissions/{submission}/"
    s3 = client("s3")
    listed = s3.list_objects_v2(Bucket=WORK, Prefix=stem)["Contents"]
    bodies = {
        each["Key"].removeprefix(stem): s3.get_object(Bucket=WORK, Key=each["Key"])["Body"].read()
        for each in listed
    }
    # Nothing to tell is told by no object or, once something may have been there, by an empty one.
    return {place: body for place, body in bodies.items() if body}


@pytest.mark.fault("F22")
@pytest.mark.requirement("A5.3")
class TestALargeFile:
    @pytest.mark.timeout(120)
    @pytest.mark.parametrize("form", ["csv", "json-lines", "workbook"])
    def test_killed_on_the_way_is_read_as_if_it_had_not_been(
        self, stage: Stage, files: Mapping[str, bytes], form: str
    ) -> None:
        clean = stage.receive(put(stage, files[form], period="2026-09")).submission
        upload = replace(put(stage, files[form], period="2026-10"), redelivered=True)

        read: list[int] = []
        for write in (4, 45, 68, 8):
            crash = Crash(at=write, after=write % 2 == 1)
            crash.strike(stage := stage.restarted())
            with suppress(Killed):
                stage.receive(upload)
            assert crash.dead
            read += [each.books.rows for each in stage.parts.submissions.latest("scjg", limit=1)]
            stage.clock.forward(PAST_THE_CLAIM)
        receipt = stage.restarted().receive(upload)

        assert read == [0, 0, SAVED, SAVED]
        assert receipt.received is Received.READ
        whole, done = (stage.submission(each) for each in (clean, receipt.submission))
        assert (done.state, done.chunks, done.books.rows) == (State.WAITING, ROWS // CHUNK, ROWS)
        assert done.books.by_outcome == whole.books.by_outcome
        assert set(done.books.by_outcome) == {
            Outcome.BLANK,
            Outcome.DUPLICATE,
            Outcome.REJECTED,
        }
        assert (done.issue_counts, done.changes) == (whole.issue_counts, whole.changes)
        assert written(receipt.submission) == written(clean)


@pytest.mark.fault("F47")
@pytest.mark.requirement("A8.5")
class TestTheSameErrorInEveryRow:
    @pytest.mark.timeout(60)
    def test_costs_twice_as_much_twice_as_often(self) -> None:
        seconds_of(1_000)

        few, many = seconds_of(10_000), seconds_of(20_000)

        assert many < 3 * few

    def test_is_one_cause_with_its_first_places(self) -> None:
        with TemporaryFile() as scratch:
            issues = IssueList(scratch)
            for row in open_file([wrong_rows(5_000)], item=an_item(REGISTRY), today=TODAY):
                issues.add(row.issues)

        (cause,) = issues.causes
        assert (cause.code, cause.field, cause.rows) == (IssueCode.NOT_LISTED, "status", 5_000)
        assert [issue.row for issue in cause.first] == [2, 3, 4]


def wrong_rows(count: int) -> bytes:
    rows = [{**row, "登记状态": "不明"} for row in large_rows()[:1]] * count
    return csv_of(grid_of(rows)).encode()


def seconds_of(rows: int) -> float:
    """Return what it takes to read rows with one error each, and to list them."""
    data = wrong_rows(rows)
    began = time.process_time()
    with TemporaryFile() as scratch:
        issues = IssueList(scratch)
        for row in open_file([data], item=an_item(REGISTRY), today=TODAY):
            issues.add(row.issues)
        issues.write(io.StringIO())
    return time.process_time() - began
