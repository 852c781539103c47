from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from nbcredit.domain.audit import Act
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.usecases.receiving import Received
from tests.cleaning_builders import PENALTY, csv_text
from tests.integration.stage import CENTRE, ORGANISATIONS, UPLOADS, Stage

BODY = csv_text([PENALTY]).encode()


def issue_codes(stage: Stage, submission: str) -> list[IssueCode]:
    return [issue.code for issue in stage.parts.work_files.read_issues(submission)]


@pytest.mark.requirement("A5.1")
class TestWhoMayReportWhat:
    @pytest.mark.parametrize(
        ("place", "code"),
        [
            ({"provider": "nobody"}, IssueCode.UNKNOWN_PROVIDER),
            ({"item": "nothing"}, IssueCode.UNKNOWN_ITEM),
            ({"item": "social-insurance-arrears"}, IssueCode.NOT_YOUR_ITEM),
            ({"period": "2026-13"}, IssueCode.BAD_PERIOD),
            ({"period": "2027-01"}, IssueCode.FUTURE_PERIOD),
        ],
    )
    def test_is_decided_by_the_place_of_the_file_and_not_by_its_content(
        self, stage: Stage, place: dict[str, str], code: IssueCode
    ) -> None:
        submission = stage.report(BODY, **place)

        assert submission.state is State.REFUSED
        assert code in issue_codes(stage, submission.id)
        assert not list(stage.records())


class TestARefusedFile:
    def test_is_read_again_when_it_comes_again_and_the_reason_is_gone(self, stage: Stage) -> None:
        refused = stage.report(BODY, provider="yjj")
        yjj = Organisation(
            code="yjj",
            name="市应急管理局",
            kind=OrganisationKind.DEPARTMENT,
            credit_code=ORGANISATIONS[0].credit_code,
            region="330200",
        )
        stage.parts.directory.save([yjj], act=Act(action="x", actor=CENTRE, purpose="测试"))
        stage.clock.forward(timedelta(minutes=2))

        again = stage.report(BODY, provider="yjj")

        assert again.id == refused.id
        assert refused.state is State.REFUSED
        assert again.state is State.SETTLED
        assert again.books[Outcome.NEW] == 1
        assert IssueCode.UNKNOWN_PROVIDER not in issue_codes(stage, again.id)
        assert [each.id for each in stage.parts.submissions.latest("yjj", limit=9)] == [again.id]

    def test_stays_refused_when_only_its_event_comes_again(self, stage: Stage) -> None:
        upload = stage.put(BODY, provider="nobody")
        first = stage.receive(upload)
        again = stage.receive(replace(upload, redelivered=True))

        assert (first.received, again.received) == (Received.REFUSED, Received.REPEATED)


class TestAMisplacedFile:
    @pytest.mark.parametrize(
        "key", ["incoming/scjg/x.csv", "incoming/scjg/administrative-penalty/x.csv"]
    )
    def test_of_a_known_provider_is_refused_where_it_will_look(
        self, stage: Stage, key: str
    ) -> None:
        upload = stage.put(BODY)
        answer = boto3.client("s3").put_object(Bucket=UPLOADS, Key=key, Body=BODY)
        receipt = stage.receive(replace(upload, key=key, version_id=answer["VersionId"]))

        (submission,) = stage.parts.submissions.latest("scjg", limit=9)
        assert receipt.received is Received.REFUSED
        assert issue_codes(stage, submission.id) == [IssueCode.BAD_PLACE]

    def test_of_nobody_is_ignored(self, stage: Stage) -> None:
        receipt = stage.receive(replace(stage.put(BODY), key="incoming/x.csv"))

        assert receipt.received is Received.IGNORED


class TestARemarkOfTheStore:
    def test_has_its_place_in_the_file(self, stage: Stage) -> None:
        submission = stage.report(BODY)

        (issue,) = [
            each
            for each in stage.parts.work_files.read_issues(submission.id)
            if each.code is IssueCode.PROVISIONAL_SUBJECT
        ]
        assert (issue.row, issue.field, issue.header) == (2, "credit_code", "统一社会信用代码")
        assert issue.column
