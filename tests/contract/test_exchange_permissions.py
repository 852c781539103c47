"""What credit-work exchange asks of AWS, judged by the template's statements (A20.2)."""

from base64 import b64encode

import pytest

from functions.relay_outbox import app as relay_outbox
from tests.contract.asking import watched
from tests.contract.permits import Asked, allowed
from tests.contract.test_permissions_in_use import RESOURCES
from tests.integration.lambdas import on_lambda, stream_records
from tests.integration.stage import UPLOADS, a_stage
from tests.integration.test_exchange import SCJG, ZJJ
from tests.integration.test_off_catalogue import attached
from tests.unit.test_attachments import PDF

FILE = {"name": "a.pdf", "size": len(PDF)}


@pytest.mark.requirement("A20.2")
class TestPermissionsInUse:
    @pytest.mark.requirement("A3.4")
    def test_suffice_from_the_question_to_its_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_stage() as stage, on_lambda(stage, monkeypatch) as lambdas:
            # What a cold start fetches is not what is asked here.
            lambdas.call("list-posts", caller=SCJG)
            foreign = attached(lambdas, PDF)
            with watched(RESOURCES, monkeypatch) as watch:
                with watch.acts("AnswerCall"):
                    form = lambdas.call("prepare-exchange-file", caller=SCJG, file=FILE)["answer"]
                    small = {"name": "b.pdf", "content": b64encode(PDF).decode()}
                    assert lambdas.call("deliver-exchange-file", caller=SCJG, **small)["ok"]
                stage.parts.s3.put_object(Bucket=UPLOADS, Key=form["key"], Body=PDF)
                told = {"title": "口径", "text": "怎么填？", "to": {"organisations": ["zjj"]}}
                with watch.acts("AnswerCall"):
                    post = lambdas.call(
                        "ask-question", caller=SCJG, uploads=[form["upload"]], **told
                    )["answer"]["post"]
                    lambdas.call("ask-question", caller=SCJG, uploads=[foreign], **told)
                events = stream_records()
                with watch.acts("RelayOutbox"):
                    relay_outbox.handler({"Records": events}, lambdas.context)
                with watch.acts("AnswerCall"):
                    for _ in range(2):
                        assert lambdas.call("show-post", caller=ZJJ, post=post)["ok"]
                    lambdas.call("answer-question", caller=ZJJ, post=post, text="这样填。")
                    lambdas.call("list-posts", caller=ZJJ)
                    lambdas.call("list-readers", caller=SCJG, post=post)
                    assert lambdas.call("close-question", caller=SCJG, post=post)["ok"]

        assert watch.asked["RelayOutbox"]
        assert watch.refused() == {}

    @pytest.mark.fault("F44")
    def test_reach_no_other_file(self) -> None:
        assert allowed("AnswerCall", Asked("s3:GetObject", "FilesBucket.Arn/exchange/scjg/01J"))
        assert not allowed("ReceiveFile", Asked("s3:GetObject", "FilesBucket.Arn/exchange/a/01J"))
        assert not allowed("AnswerCall", Asked("s3:DeleteObject", "FilesBucket.Arn/exchange/a/1"))
