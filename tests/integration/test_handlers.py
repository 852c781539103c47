"""Every function through its handler."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from functions.load_chunk import app as load_chunk
from functions.receive_file import app as receive_file
from functions.relay_outbox import app as relay_outbox
from functions.settle_submission import app as settle_submission
from functions.sweep import app as sweep
from tests.faults.scenes import REGISTRY_FILE, arrears, csv_file
from tests.integration.lambdas import (
    ARREARS_KEY,
    REGISTRY_KEY,
    Context,
    Lambdas,
    forget,
    latest,
    on_lambda,
    stream_records,
)
from tests.integration.stage import Stage


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


@pytest.mark.requirement("A8.5")
class TestReceiveFile:
    def test_goes_on_where_an_environment_had_too_little_time(self, lambdas: Lambdas) -> None:
        lambdas.context = Context(milliseconds=1_000)
        rows = [arrears(f"{year}-{month:02d}") for year in range(1940, 2025) for month in (1, 2)]

        lambdas.upload(csv_file(rows * 6), ARREARS_KEY)
        lambdas.run()

        (done,) = latest(lambdas, "rsj")
        assert (done["chunks"], done["rows"]) == (2, 6 * len(rows))
        assert done["outcomes"]["new"] == len(rows)


class TestLoadChunk:
    def test_takes_an_unknown_submission_for_a_failure(self, lambdas: Lambdas) -> None:
        lambdas.send("chunks", '{"submission": "X", "chunk": 0, "item": "i", "provider": "p"}')

        assert len(lambdas.deliver("chunks", load_chunk.handler)) == 1


class TestSettleSubmission:
    def test_takes_an_unknown_submission_for_a_failure(self, lambdas: Lambdas) -> None:
        lambdas.send("settles", '{"submission": "X"}')

        assert len(lambdas.deliver("settles", settle_submission.handler)) == 1

    def test_settles_what_is_settled_no_second_time(self, lambdas: Lambdas) -> None:
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        lambdas.run()
        before = latest(lambdas)
        lambdas.send("settles", f'{{"submission": "{before[0]["submission"]}"}}')

        assert lambdas.deliver("settles", settle_submission.handler) == []
        assert latest(lambdas) == before


class TestRelayOutbox:
    @pytest.mark.parametrize("name", ["MODIFY", "REMOVE"])
    def test_passes_over_what_is_no_new_event(self, lambdas: Lambdas, name: str) -> None:
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        receive(lambdas)

        relay_outbox.handler({"Records": stream_records(name)}, lambdas.context)

        assert len(stream_records()) == 1

    @pytest.mark.fault("F28")
    def test_relays_the_others_of_a_batch_and_fails_for_an_event_of_another_form(
        self, lambdas: Lambdas
    ) -> None:
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        receive(lambdas)
        (good,) = stream_records()
        image = {**good["dynamodb"]["NewImage"], "subject": {"S": "NOBODYS"}}
        image |= {"kind": {"S": "chunk-loaded"}, "detail": {"S": '{"chunk": "0"}'}}
        bad = {**good, "dynamodb": {"NewImage": image}}

        with pytest.raises(KeyError):
            relay_outbox.handler({"Records": [bad, good]}, lambdas.context)

        lambdas.run()
        assert latest(lambdas)[0]["state"] == "settled"


class TestSweep:
    @pytest.mark.fault("F08")
    def test_starts_who_waits_for_no_reason(self, lambdas: Lambdas) -> None:
        lambdas.upload(REGISTRY_FILE.body, REGISTRY_KEY)
        receive(lambdas)
        (event,) = lambdas.stage.parts.outbox.waiting(older_than=timedelta(days=-99))
        lambdas.stage.parts.outbox.remove(event)

        assert sweep.handler({}, lambdas.context) == {"relayed": 0, "started": 1}


class TestSettings:
    @pytest.mark.parametrize("name", ["WORK_TABLE", "SUBJECT_SECRET_ID", "RETRY_BASE_SECONDS"])
    def test_fail_at_the_start_where_a_name_is_missing(
        self, lambdas: Lambdas, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.delenv(name)
        forget()

        with pytest.raises(ValueError, match=name.lower()):
            load_chunk.handler({"Records": []}, lambdas.context)


def receive(lambdas: Lambdas) -> None:
    assert lambdas.deliver("incoming", receive_file.handler) == []
