"""What forms and off-catalogue information ask of AWS, judged by the template's statements."""

from base64 import b64encode
from collections.abc import Iterator

import pytest

from functions.receive_file import app as receive_file
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.usecases.receiving import Upload
from tests.cleaning_builders import PENALTY, csv_text
from tests.contract.asking import Watch, watched
from tests.contract.permits import Asked, allowed
from tests.contract.test_permissions_in_use import RESOURCES
from tests.integration.lambdas import PENALTY_KEY, Lambdas, latest, on_lambda
from tests.integration.stage import a_stage
from tests.integration.test_off_catalogue import OFFICE, PROVIDER, attached, report
from tests.unit.test_attachments import PDF

FORM = {
    "caller": PROVIDER,
    "provider": "scjg",
    "item": "administrative-penalty",
    "period": "2026-10",
    "file": {"name": "a.csv", "size": 5},
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Lambdas, Watch]]:
    with a_stage() as stage, on_lambda(stage, monkeypatch) as lambdas:
        # What a cold start fetches is not what is asked here.
        lambdas.call("list-off-catalogue")
        with watched(RESOURCES, monkeypatch) as watch:
            yield lambdas, watch


@pytest.mark.requirement("A20.2")
class TestPermissionsInUse:
    @pytest.mark.requirement("A5.1")
    def test_suffice_for_forms_and_what_comes_with_them(self, told: tuple[Lambdas, Watch]) -> None:
        lambdas, watch = told
        with watch.acts("AnswerCall"):
            form = lambdas.call("prepare-upload", **FORM)["answer"]
        upload = Upload(
            key=form["key"],
            version_id="1",
            at=lambdas.stage.clock.now(),
            by=Actor(kind=ActorKind.PROVIDER, id="role", organisation="scjg"),
        )

        with watch.acts("ReceiveFile"):
            known = receive_file.arrivals().known(upload)

        assert known is not None
        assert known.by.id == "wang"
        assert watch.refused() == {}

    @pytest.mark.requirement("A8.6")
    def test_suffice_for_files_and_rows_of_pages(self, told: tuple[Lambdas, Watch]) -> None:
        lambdas, watch = told
        content = csv_text([{**PENALTY, "处罚决定日期": "2026-13-01"}]).encode()
        file = {"name": "a.csv", "content": b64encode(content).decode()}
        what = {"caller": PROVIDER, "provider": "scjg", "item": "administrative-penalty", **file}
        lambdas.upload(content, PENALTY_KEY)
        lambdas.run()

        with watch.acts("AnswerCall"):
            checked = lambdas.call("check-file", **what)
            delivered = lambdas.call("deliver-file", **what, period="2026-10")
            number = delivered["answer"]["submission"]
            shown = lambdas.call("show-returned-row", caller=PROVIDER, feedback=number, row=2)
            made = lambdas.call("show-template", item="administrative-penalty")

        assert checked["answer"]["rejected"] == 1
        assert shown["answer"]["values"]["decision_date"] == "2026-13-01"
        assert made["ok"]
        assert watch.refused() == {}

    @pytest.mark.requirement("A5.2")
    def test_suffice_for_off_catalogue_information(self, told: tuple[Lambdas, Watch]) -> None:
        lambdas, watch = told
        upload = attached(lambdas, PDF)
        small = {"name": "b.pdf", "content": b64encode(PDF).decode()}

        with watch.acts("AnswerCall"):
            delivered = lambdas.call(
                "deliver-off-catalogue-file", caller=PROVIDER, provider="scjg", **small
            )
            kept = report(lambdas, upload=upload)["answer"]["information"]
            report(lambdas, upload="01J00000000000000000000000")
            lambdas.call("list-off-catalogue", caller=PROVIDER)
            shown = lambdas.call("show-off-catalogue", information=kept)
            covered = lambdas.call(
                "cover-off-catalogue",
                caller=OFFICE,
                information=kept,
                item="administrative-penalty",
            )

        assert delivered["ok"]
        assert shown["ok"]
        assert covered["ok"]
        assert {each.action for each in watch.asked["AnswerCall"]} >= {"kms:Decrypt"}
        assert watch.refused() == {}
        assert latest(lambdas) == []

    def test_tell_a_missing_attachment_from_a_forbidden_one(self) -> None:
        assert allowed("AnswerCall", Asked("s3:ListBucket", "FilesBucket.Arn"))

    def test_let_an_attachment_be_fetched_by_its_version(self) -> None:
        key = "FilesBucket.Arn/off-catalogue/scjg/01J"

        assert allowed("AnswerCall", Asked("s3:GetObjectVersion", key))
        assert not allowed("ReceiveFile", Asked("s3:GetObject", key))
