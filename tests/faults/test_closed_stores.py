"""F24, F25: no trail or no keys, then no reading, and a queue that waits."""

from typing import Any

import pytest

from nbcredit.adapters.kms import KeysUnavailable, secret_of
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import AuditUnavailable
from nbcredit.domain.subjects import SubjectKind, SubjectRef
from nbcredit.usecases.access import Access, NotAllowedToRead
from nbcredit.usecases.records import Records
from tests.faults.breaking import NO_ANSWER, Failing, clients_of, refused_by_aws
from tests.faults.endings import actions, ending_of
from tests.faults.runs import PAST_THE_CLAIM, CleanRun, deliver_again, started
from tests.faults.scenes import CITIZEN_ID, arrears, company, csv_file
from tests.integration.stage import CENTRE, NAMES, SealedToday, Stage, items_of

AUDIT_CALLS = ("PutItem", "TransactWriteItems")


@pytest.fixture
def stage(clean: CleanRun) -> Stage:
    return clean.tape.rewound()


def records(stage: Stage) -> Records:
    access = Access(stage.parts.ledger, SealedToday())
    return Records(stage.subjects, stage.parts.submissions, stage.hashes, access)


def of(code: str) -> SubjectRef:
    return SubjectRef(SubjectKind.LEGAL_PERSON, "", code, "")


@pytest.mark.fault("F24")
@pytest.mark.requirement("A20.1")
class TestClosedTrail:
    @pytest.mark.parametrize(
        "error",
        [refused_by_aws("InternalServerError", 500), refused_by_aws("AccessDenied"), NO_ANSWER],
    )
    def test_refuses_every_reading(self, stage: Stage, error: Exception) -> None:
        desk = records(stage)
        closed = Failing(error)
        closed.strike(clients_of(stage)["dynamodb"], *AUDIT_CALLS)

        with pytest.raises(AuditUnavailable):
            desk.of_subject(of(company(1)), by=CENTRE, purpose="核对")
        (record, *_) = list(stage.records())
        with pytest.raises(AuditUnavailable):
            desk.trace(record.id, by=CENTRE, purpose="核对")
        with pytest.raises(AuditUnavailable):
            desk.of_subject(of(company(1)), by=_provider(), purpose="核对")
        assert closed.failed == 3

    def test_opened_again_lets_reading_go_on_in_the_same_environment(self, stage: Stage) -> None:
        desk = records(stage)
        Failing(NO_ANSWER, times=1).strike(clients_of(stage)["dynamodb"], *AUDIT_CALLS)
        with pytest.raises(AuditUnavailable):
            desk.of_subject(of(company(1)), by=CENTRE, purpose="核对")

        subject, found = desk.of_subject(of(company(1)), by=CENTRE, purpose="核对")

        assert subject.name
        assert found
        assert actions().count("subject-read") == 1
        assert ending_of(stage).books

    def test_keeps_what_comes_in_waiting_and_loses_nothing(self, clean: CleanRun) -> None:
        stage = started(clean.tape, [])
        closed = Failing(refused_by_aws("InternalServerError", 500), times=3)
        closed.strike(clients_of(stage)["dynamodb"], *AUDIT_CALLS)
        before = items_of(NAMES.work)

        for _ in range(3):
            with pytest.raises(Exception, match=r"繁忙|审计"):
                stage.run()
            assert len(stage.queues.uploads) == 2
            assert items_of(NAMES.work) == before
            deliver_again(stage, pause=PAST_THE_CLAIM)
        stage.run()

        assert ending_of(stage) == clean.ending


def _provider() -> Actor:
    return Actor(kind=ActorKind.PROVIDER, id="somebody", organisation="scjg")


@pytest.mark.requirement("A20.1")
class TestRefusedReading:
    def test_is_in_the_trail(self, stage: Stage) -> None:
        with pytest.raises(NotAllowedToRead):
            records(stage).of_subject(of(company(1)), by=_provider(), purpose="核对")

        assert actions().count("subject-read") == 1


@pytest.mark.fault("F25")
@pytest.mark.requirement("A20.2")
class TestClosedKeys:
    @pytest.mark.parametrize(
        "error",
        [refused_by_aws("AccessDeniedException"), refused_by_aws("DisabledException"), NO_ANSWER],
    )
    def test_store_nothing_in_the_clear_and_lose_nothing(
        self, stage: Stage, error: Exception
    ) -> None:
        closed = Failing(error, times=2)
        closed.strike(kms_of(stage), "Decrypt", "GenerateDataKeyWithoutPlaintext")
        before = items_of(NAMES.natural_persons)
        submission = stage.receive(
            stage.put(csv_file([arrears()]), item="social-insurance-arrears", provider="rsj")
        ).submission

        for _ in range(2):
            with pytest.raises(KeysUnavailable):
                stage.run()
            assert items_of(NAMES.natural_persons) == before
        stage.run()

        assert stage.submission(submission).books.balanced
        assert CITIZEN_ID not in str(items_of(NAMES.natural_persons))

    def test_let_no_record_be_read(self, stage: Stage) -> None:
        key = next(iter(stage.records())).id.subject
        again = stage.restarted()
        Failing(refused_by_aws("DisabledException")).strike(kms_of(again), "Decrypt")

        with pytest.raises(KeysUnavailable):
            again.subjects.subject(key)

    def test_hide_the_secret_as_well(self) -> None:
        with pytest.raises(KeysUnavailable):
            secret_of(_NoSecrets(), "subject-secret")


class _NoSecrets:
    def get_secret_value(self, **_asked: Any) -> Any:
        raise refused_by_aws("AccessDeniedException")


def kms_of(stage: Stage) -> Any:
    return stage.subjects._cipher._keys._client  # type: ignore[attr-defined]
