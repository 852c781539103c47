"""F43, F45, F46: names and contents that are meant to do harm, on their way through receiving."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.domain.upload_keys import BadUploadKey, UploadKey
from nbcredit.usecases.receiving import Received
from tests.cleaning_builders import PENALTY, REGISTRATION, a_credit_code, csv_text
from tests.faults.files import book, grid_of, packed, sheet
from tests.faults.scenes import penalties, penalty
from tests.integration.stage import UPLOADS, WORK, Stage, client
from tests.workbook_builders import parts

EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PLACE = "incoming/scjg/administrative-penalty/2026-10"
NAMES = [
    "../../../submissions/x/receipt.json",
    "/etc/passwd",
    "a//b.csv",
    ".",
    "..",
    "CON",
    "nul.csv",
    "a\u202evsc.exe",
    "十" * 85,
    "😀.csv",
    "%00.csv",
    "%2e%2e%2f",
    'a"; filename="b.exe',
    "a\r\nX-Injected: 1",
    "=cmd|'/C calc'!A0.csv",
    "<script>alert(1)</script>.csv",
    "甬市监处罚 1+2.csv",
]


def issue_codes(stage: Stage, submission: str) -> list[IssueCode]:
    return [issue.code for issue in stage.parts.work_files.read_issues(submission)]


def work_keys() -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=WORK).get("Contents", [])
    return [each["Key"] for each in listed]


@pytest.mark.fault("F43")
class TestAFileName:
    def test_is_data_and_no_part_of_any_key_of_ours(self, stage: Stage) -> None:
        for number, name in enumerate(NAMES):
            body = penalties([penalty(number, of=number)]).body
            receipt = stage.receive(stage.put(body, name=name))

            assert receipt.received is Received.READ
            assert stage.submission(receipt.submission).file.name == name

        for key in work_keys():
            assert key.isascii()
            assert not {"..", ".", ""} & set(key.split("/"))
            assert key.startswith("submissions/")

    def test_is_no_part_of_the_address_of_what_is_told(self, stage: Stage) -> None:
        body = csv_text([{**PENALTY, "违法事实": ""}]).encode()
        submission = stage.report(body, name='a"\r\nX-Injected: 1;.csv')

        address = stage.parts.work_files.issue_list_address(submission.id)

        assert address is not None
        asked = parse_qs(urlsplit(address).query)
        told = asked["response-content-disposition"]
        name = f"issues-{submission.id}.csv"
        assert told == [f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"]

    def test_of_the_longest_key_is_taken(self, stage: Stage) -> None:
        name = "x" * (1024 - len(PLACE) - 1)

        assert stage.report(penalties([penalty(1)]).body, name=name).state is State.SETTLED


@pytest.mark.fault("F43")
class TestAnObjectKey:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_taken_apart_at_its_first_four_strokes_only(self, name: str) -> None:
        place = UploadKey.parse(f"{PLACE}/{name}")

        assert (place.provider, place.item, place.period, place.name) == (
            "scjg",
            "administrative-penalty",
            "2026-10",
            name,
        )

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/",
            "incoming",
            "incoming/",
            "incoming//administrative-penalty/2026-10/a.csv",
            "/incoming/scjg/administrative-penalty/2026-10/a.csv",
            "Incoming/scjg/administrative-penalty/2026-10/a.csv",
            "incoming/scjg/administrative-penalty/2026-10/",
            "incoming\\scjg\\administrative-penalty\\2026-10\\a.csv",
            "work/incoming/scjg/administrative-penalty/2026-10/a.csv",
        ],
    )
    def test_of_another_form_is_refused(self, key: str) -> None:
        with pytest.raises(BadUploadKey):
            UploadKey.parse(key)

    def test_of_nobody_is_never_read(self, stage: Stage) -> None:
        upload = stage.put(penalties([penalty(1)]).body)
        for provider in ("..", "scjg%2F", "SCJG", "scjg ", "ｓｃｊｇ", "scjg\u200b"):
            key = upload.key.replace("scjg", provider)
            copied = client("s3").put_object(Bucket=UPLOADS, Key=key, Body=b"x")

            receipt = stage.receive(replace(upload, key=key, version_id=copied["VersionId"]))

            assert receipt.received is Received.REFUSED
            assert issue_codes(stage, receipt.submission)[0] is IssueCode.UNKNOWN_PROVIDER


# The bucket's own refusals are proved with its forms (test_uploads); this is what is behind them.
@pytest.mark.fault("F44")
class TestAnUploadThatIsReplayed:
    def test_is_one_submission_and_stores_nothing_twice(self, stage: Stage) -> None:
        body = penalties([penalty(1)]).body
        first = stage.report(body)
        heads = stage.heads()

        again = stage.receive(stage.put(body))

        assert (again.submission, again.received) == (first.id, Received.REPEATED)
        assert stage.heads() == heads

    def test_into_the_place_of_another_department_is_judged_as_that_ones(
        self, stage: Stage
    ) -> None:
        body = penalties([penalty(1)]).body
        stage.report(body)

        misplaced = stage.report(body, provider="fy")

        assert misplaced.state is State.REFUSED
        assert IssueCode.NOT_YOUR_ITEM in issue_codes(stage, misplaced.id)


@pytest.mark.fault("F45")
@pytest.mark.requirement("A5.1")
class TestAFileOfSomebodyElse:
    def test_is_refused_by_the_owner_rule_however_right_its_rows_are(self, stage: Stage) -> None:
        body = csv_text([REGISTRATION]).encode()

        refused = stage.report(body, item="legal-registration", provider="zjj")

        assert refused.state is State.REFUSED
        assert issue_codes(stage, refused.id) == [IssueCode.NOT_YOUR_ITEM]
        assert "目录没有把“法人登记”分配给本单位：请核对目录项，或联系信用中心。" in refused.reason
        assert not list(stage.records())

    def test_is_not_saved_by_naming_the_owner_in_its_rows(self, stage: Stage) -> None:
        owner = {**PENALTY, "处罚机关": "市人力资源和社会保障局", "数据来源单位": "市人社局"}

        refused = stage.report(csv_text([owner]).encode(), provider="rsj", item="tax-arrears")

        assert IssueCode.NOT_YOUR_ITEM in issue_codes(stage, refused.id)

    def test_of_another_item_is_told_to_go_there(self, stage: Stage) -> None:
        refused = stage.report(csv_text([REGISTRATION]).encode(), item="administrative-penalty")

        assert issue_codes(stage, refused.id) == [IssueCode.UNKNOWN_HEADER]
        assert "表头像是“法人登记”，不是“行政处罚”：请改报到目录项“法人登记”" in refused.reason

    def test_about_a_subject_of_another_city_is_stored_as_provisional(self, stage: Stage) -> None:
        of_shanghai = a_credit_code("91310000MA0000001")
        submission = stage.report(penalties([penalty(1, 统一社会信用代码=of_shanghai)]).body)

        assert submission.books[Outcome.NEW] == 1
        assert issue_codes(stage, submission.id) == [IssueCode.OTHER_CITY]


@pytest.mark.fault("F46")
class TestATestVirus:
    @pytest.mark.parametrize("name", ["eicar.com", "十月.csv", "十月.xlsx"])
    def test_is_refused_under_any_name(self, stage: Stage, name: str) -> None:
        refused = stage.report(EICAR.encode(), name=name)

        assert refused.state is State.REFUSED
        assert not list(stage.records())

    @pytest.mark.parametrize(
        "part", ["xl/media/image1.png", "xl/embeddings/oleObject1.bin", "docProps/thumbnail.jpeg"]
    )
    def test_within_a_right_workbook_refuses_all_of_it(self, stage: Stage, part: str) -> None:
        made = parts(sheet(grid_of([PENALTY]))) | {part: EICAR.encode()}

        refused = stage.report(packed(made), name="十月.xlsx")

        assert issue_codes(stage, refused.id) == [IssueCode.MACROS]
        assert "请" in refused.reason
        assert not list(stage.records())

    def test_in_a_cell_is_text_like_any_other(self, stage: Stage) -> None:
        done = stage.report(book(grid_of([{**PENALTY, "违法事实": EICAR}])), name="十月.xlsx")

        (values,) = stage.heads().values()
        assert done.state is State.SETTLED
        assert values["facts"] == EICAR
