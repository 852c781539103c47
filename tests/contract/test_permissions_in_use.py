import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nbcredit.adapters.kms_signer import KmsSigner
from nbcredit.adapters.schema_checker import JsonSchemaChecker
from nbcredit.cleaning.engine import CleaningEngine
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.entries import Batch
from nbcredit.domain.feedback import RowState
from nbcredit.domain.looks import Wanted
from nbcredit.domain.periods import Period
from nbcredit.domain.sessions import SignInRefused
from nbcredit.runtime.clocks import duties_of, inbox_of, zero_reports_of
from nbcredit.runtime.sealing import audit_exports_of, digests_of, seal_watch_of, sealing_of
from nbcredit.samples.files import generate, write_csv
from nbcredit.usecases.audit_search import Search
from nbcredit.usecases.calendars import CalendarKeeping
from nbcredit.usecases.cases import Choice
from nbcredit.usecases.catalogue import Publication
from nbcredit.usecases.catalogue_trials import CatalogueTrials, Question
from nbcredit.usecases.entering import Entering
from nbcredit.usecases.submissions import Submissions
from tests.contract.asking import Watch, watched
from tests.contract.permits import Asked, allowed
from tests.faults.breaking import Killed
from tests.faults.scenes import (
    PENALTIES,
    company,
    penalties as reported,
    penalty,
    registration,
    registry,
)
from tests.identity import ADDRESS, BORIS, PURPOSE, Person, World, a_world, key
from tests.integration.stage import (
    CENTRE,
    NAMES,
    ORGANISATIONS,
    SEALS,
    START,
    UPLOADS,
    WORK,
    Stage,
    a_stage,
    client,
    shipped_schemas,
)
from tests.unit.test_working_days import a_document

OFFICE = Actor(kind=ActorKind.OPERATOR, id="li", organisation="office")
RESOURCES = {
    NAMES.work: "WorkTable",
    NAMES.audit: "AuditTable",
    NAMES.legal_persons: "LegalPersonsTable",
    NAMES.natural_persons: "NaturalPersonsTable",
    UPLOADS: "FilesBucket",
    WORK: "WorkBucket",
    SEALS: "AuditBucket",
}


OWN_READERS = (
    *("ReceiveFile", "LoadChunk", "SettleSubmission", "RelayOutbox", "Sweep"),
    *("ClosePeriod", "Remind", "AnswerCall"),
)


# Who enters acts: entries alone, neither what is sealed nor who looked.
WRITERS = (*OWN_READERS, "WorkSite")


def of_work(action: str, key: str) -> Asked:
    return Asked(f"dynamodb:{action}", "WorkTable.Arn", (("dynamodb:LeadingKeys", key),))


def of_trail(key: str) -> Asked:
    return Asked("dynamodb:PutItem", "AuditTable.Arn", (("dynamodb:LeadingKeys", key),))


def dying() -> Entering:
    raise Killed


class Played:
    """A use case whose calls are those of one function."""

    def __init__(self, use_case: Any, watch: Watch, function: str) -> None:
        self._use_case, self._watch, self._function = use_case, watch, function

    def __getattr__(self, name: str) -> Any:
        def ask(*positional: Any, **named: Any) -> Any:
            with self._watch.acts(self._function):
                return getattr(self._use_case, name)(*positional, **named)

        return ask


def play(stage: Stage, watch: Watch) -> None:
    for part, function in (
        ("reminding", "Remind"),
        ("closing", "ClosePeriod"),
        ("sweeping", "Sweep"),
        ("relaying", "RelayOutbox"),
        ("settling", "SettleSubmission"),
        ("returning", "SettleSubmission"),
        ("loading", "LoadChunk"),
        ("receiving", "ReceiveFile"),
    ):
        stage.__dict__[part] = Played(getattr(stage, part), watch, function)


def keep_accounts(world: World, watch: Watch) -> None:
    # Where a function is told its keys, the tests ask for them.
    assert world.certificates
    assert world.signing_in
    with watch.acts("AnswerCall"):
        clerk, robot = world.opened(), world.opened()
        code = world.codes.hand_out(clerk.id, by=BORIS, purpose=PURPOSE)
        person = Person(world, clerk.id, world.certified(clerk)[1])
        system = world.system(of=robot.id)
        world.accounts.listed("scjg", by=BORIS, purpose=PURPOSE)
        world.accounts.suspend(robot.id, reason="调离", by=BORIS, purpose=PURPOSE)
        world.certificates.expiring(days=400, by=BORIS)
        world.certificates.revocations()
    with watch.acts("WorkSite"):
        person.enrol(code)
        token, _ = person.sign_in()
        member = world.sessions.member(token, person.certificate, address=ADDRESS)
        world.gate.admit(member, "list-submissions", purpose=PURPOSE, address=ADDRESS)
        world.clock.forward(timedelta(minutes=2))
        world.sessions.member(token, person.certificate, address=ADDRESS)
        world.sessions.sign_out(member, address=ADDRESS)
        world.sessions.sign_out_everywhere(member, address=ADDRESS)
        with pytest.raises(SignInRefused):
            world.tokens.issue(system.account, certificate=system.certificate, address=ADDRESS)
    world.clock.forward(timedelta(days=270))
    with watch.acts("Remind"):
        world.upkeep.run()
    with watch.acts("AnswerCall"):
        world.accounts.close(person.account, reason="离职", by=BORIS, purpose=PURPOSE)
    with watch.acts("Remind"):
        world.upkeep.run()


def trials_of(stage: Stage) -> CatalogueTrials:
    made = stage.parts
    return CatalogueTrials(
        store=made.submissions,
        uploads=made.uploads(UPLOADS),
        work=made.work_files,
        engine=CleaningEngine(),
        catalogues=made.catalogues,
        organisations=made.directory,
        checker=JsonSchemaChecker.shipped(),
        trail=made.ledger,
    )


def penalties(stage: Stage, rows: int, **choices: Any) -> bytes:
    item = stage.parts.catalogues.in_force(START.date()).item("administrative-penalty")
    lines = generate(item, rows=rows, seed=7, today=date(2026, 11, 1), **choices)
    file = io.BytesIO()
    write_csv(lines, file, encoding="utf-8")
    return file.getvalue()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Stage, Watch]]:
    with a_stage() as stage, watched(RESOURCES, monkeypatch) as watch:
        play(stage, watch)
        yield stage, watch


@pytest.mark.requirement("A20.2")
class TestPermissionsInUse:
    def test_suffice_for_the_way_of_a_file(self, told: tuple[Stage, Watch]) -> None:
        stage, watch = told
        bad = penalties(stage, 30, bad_share=0.2)
        later = stage.put(bad, period="2026-10")
        waits = stage.put(penalties(stage, 30, revised_share=0.3), period="2026-10", name="2.csv")

        stage.deadline.seconds = 0
        stage.receive(later)
        stage.deadline.seconds = 1000
        stage.receive(waits)
        stage.run()
        stage.report(bad, period="2026-10")
        stage.report(penalties(stage, 20), period="2026-09")
        stage.report(b"", period="2026-10", name="empty.csv")
        stage.receive(stage.put(b"x", provider="rsj"))
        stage.clock.forward(timedelta(hours=2))
        stage.receive(stage.put(penalties(stage, 10), period="2026-08"))
        stage.clock.forward(timedelta(hours=2))
        stage.sweep()
        stage.run()
        stage.clock.moment = datetime(2026, 11, 11, 0, 30, tzinfo=UTC)
        stage.closing.close(Period(2026, 10), by=Actor.platform("close_period"))
        stage.reminding.run()
        stage.run()

        assert watch.asked.keys() == {
            *("ReceiveFile", "LoadChunk", "SettleSubmission", "RelayOutbox", "Sweep"),
            *("ClosePeriod", "Remind"),
        }
        assert watch.refused() == {}

    def test_suffice_for_calls(self, told: tuple[Stage, Watch]) -> None:
        stage, watch = told
        done = stage.report(penalties(stage, 10, bad_share=0.3))
        asked = stage.restarted()
        reader, made = asked.subjects, asked.parts
        records = list(stage.records())

        with watch.acts("AnswerCall"):
            for record in records:
                reader.subject(record.id.subject)
                reader.versions(record.id)
            submissions = Submissions(made.submissions, made.work_files, made.ledger)
            submissions.show(done.id, by=CENTRE, purpose="测试")
            submissions.latest("scjg", limit=5, by=CENTRE, purpose="测试")
            submissions.issues(done.id, limit=5, by=CENTRE, purpose="测试")
            submissions.of_period("scjg", Period(2026, 10), by=CENTRE, purpose="测试")
            trials_of(asked).run(
                Question(submission=done.id, schema=shipped_schemas()[done.item]),
                by=OFFICE,
                purpose="测试",
                deadline=asked.deadline,
            )
            made.directory.save(ORGANISATIONS, act=Act(action="x", actor=CENTRE, purpose="测试"))
            CalendarKeeping(made.calendars, made.clock, made.ids).load(
                a_document(), by=OFFICE, purpose="测试"
            )
            zero_reports_of(made).report(
                "zjj", "administrative-penalty", "2026-10", by=CENTRE, purpose="测试"
            )
            duties_of(made).close(Period(2026, 8), by=CENTRE)
            inbox_of(made).show("scjg", limit=5, by=CENTRE)
            made.catalogues.publish(
                Publication(
                    version="2026-2",
                    effective_from=date(2026, 12, 1),
                    schemas=shipped_schemas(),
                    published_at=asked.clock.now(),
                    published_by=CENTRE,
                )
            )
            for row in (penalty(1, of=1), penalty(1, of=1, 处罚内容="通报批评"), penalty(2)):
                batch = Batch(
                    provider="scjg", item=PENALTIES, period="2026-11", rows=[row], by=CENTRE
                )
                submission = asked.entering.report(batch, deadline=asked.deadline).submission
                asked.entering.rows_of(submission, asked.entering.issues_of(submission))
            asked.verdict()

        assert watch.refused() == {}

    @pytest.mark.requirement("A8.4")
    def test_suffice_for_rows_that_are_held_and_decided(self, told: tuple[Stage, Watch]) -> None:
        stage, watch = told
        stage.report(registry([registration(1)]).body, item="legal-registration")
        held = [penalty(n, of=1, 行政相对人名称="另一名称公司") for n in range(1, 4)]
        named = penalty(4, 统一社会信用代码="", 行政相对人名称="宁波1号测试有限公司")
        stage.report(reported([*held, named]).body)
        asked = stage.restarted()
        cases, entering = asked.cases, asked.entering

        with watch.acts("AnswerCall"):
            first, second, third, last = cases.waiting("", limit=9, by=CENTRE)
            cases.show(first.id, beside=company(2), by=CENTRE, purpose="测试")
            cases.show(last.id, beside="", by=CENTRE, purpose="测试")
            for case, choice in (
                (first, Choice(store=True)),
                (second, Choice(store=False)),
                (last, Choice(store=True, under=company(1))),
            ):
                cases.decide(
                    case.id,
                    choice,
                    reason="核对无误",
                    by=CENTRE,
                    purpose="测试",
                    deadline=asked.deadline,
                )
            batch = Batch(
                provider="scjg",
                item=PENALTIES,
                period="2026-11",
                rows=[penalty(9, of=1, 行政相对人名称="另一名称公司")],
                by=CENTRE,
            )
            entering.report(batch, deadline=asked.deadline)
        # One whose call dies is stored by whoever relays its decision.
        dead = replace(cases, entering=dying)
        with watch.acts("AnswerCall"), pytest.raises(Killed):
            dead.decide(
                third.id,
                Choice(store=True),
                reason="核对无误",
                by=CENTRE,
                purpose="测试",
                deadline=asked.deadline,
            )
        stage.run()

        assert len([each for each in stage.records() if each.id.item == PENALTIES]) == 3
        assert watch.refused() == {}

    def test_suffice_for_feedback(self, told: tuple[Stage, Watch]) -> None:
        stage, watch = told
        provider = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
        done = stage.report(penalties(stage, 12, bad_share=0.5))
        record = next(iter(stage.records())).id
        asked = stage.restarted().feedbacks

        with watch.acts("AnswerCall"):
            asked.latest("", limit=5, by=CENTRE)
            rows = sorted(asked.show(done.id, by=provider, purpose="测试").rows.rejected)
            for state in (RowState.CONFIRMED, RowState.WITHDRAWN):
                asked.answer(done.id, rows, state, reason="核对", by=provider, purpose="测试")
            asked.papers(done.id, anew=True, by=provider, purpose="测试")
            one = asked.open_on_record(record, "请核实", by=CENTRE, purpose="测试").feedback.id
            asked.answer(one, [1], RowState.CONFIRMED, reason="核对", by=provider, purpose="测试")
            asked.judge(one, [1], accept=False, reason="不符", by=CENTRE, purpose="测试")
        stage.run()
        stage.report(penalties(stage, 12, revised_share=1.0), name="2.csv")

        assert rows
        assert watch.refused() == {}

    @pytest.mark.requirement("A19.1")
    def test_suffice_for_accounts_certificates_and_sessions(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_world() as world:
            keys = {key("authority"): "AuthorityKey"}
            with watched(RESOURCES | keys, monkeypatch) as watch:
                keep_accounts(world, watch)

            assert watch.asked.keys() == {"AnswerCall", "WorkSite", "Remind"}
            assert watch.refused() == {}

    @pytest.mark.requirement("A20.1")
    def test_suffice_to_seal_prove_and_search_the_trail(self, told: tuple[Stage, Watch]) -> None:
        stage, watch = told
        subject = f"LP#{company(1)}"
        stage.parts.ledger.record(
            Act(action="subject-read", actor=CENTRE, purpose="测试", about=(subject,))
        )
        stage.clock.forward(timedelta(minutes=40))
        signer = KmsSigner(client("kms"), key_id="alias/seals")
        until = stage.clock.now()

        with watch.acts("SealAudit"):
            sealed = sealing_of(stage.parts, SEALS, signer).run(
                deadline=stage.deadline, since=START
            )
            digests_of(stage.parts, SEALS, signer).run(sealed_until=until, deadline=stage.deadline)
        with watch.acts("AnswerCall"):
            seal_watch_of(stage.parts).require_fresh()
            stage.verdict()
            exports = audit_exports_of(stage.parts, SEALS)
            search = Search(wanted=Wanted(), since=START, until=until, limit=9)
            exports.export(search, by=CENTRE, purpose="测试", deadline=stage.deadline)
            exports.searching.who_looked(subject, limit=9, cursor="", by=CENTRE, purpose="测试")

        assert sealed.made
        assert watch.refused() == {}

    @pytest.mark.parametrize(
        ("function", "bucket"),
        [
            ("ReceiveFile", "FilesBucket"),
            ("ReceiveFile", "WorkBucket"),
            ("LoadChunk", "WorkBucket"),
            ("SettleSubmission", "WorkBucket"),
            ("RelayOutbox", "WorkBucket"),
            ("Sweep", "WorkBucket"),
            ("AnswerCall", "WorkBucket"),
        ],
    )
    def test_tell_a_missing_file_from_a_forbidden_one(self, function: str, bucket: str) -> None:
        # S3 answers 404 only to those who may list; the question carries no prefix (F05).
        assert allowed(function, Asked("s3:ListBucket", f"{bucket}.Arn"))

    @pytest.mark.parametrize(
        ("function", "asked"),
        [
            ("Sweep", Asked("s3:GetObject", "WorkBucket.Arn/submissions/s/chunks/1.ndjson")),
            ("ReceiveFile", Asked("dynamodb:Query", "NaturalPersonsTable.Arn")),
            ("AnswerCall", Asked("dynamodb:DeleteItem", "LegalPersonsTable.Arn")),
            ("AnswerCall", Asked("s3:GetObject", "WorkBucket.Arn/submissions/s/receipt.json")),
            ("LoadChunk", Asked("dynamodb:DeleteItem", "WorkTable.Arn")),
            ("SealAudit", of_trail("2026-11-23T12:00#07")),
            *((name, of_trail(key)) for name in WRITERS for key in ("SEALED", "WHO#NP#x")),
            ("AnswerCall", Asked("s3:PutObject", "AuditBucket.Arn/checkpoints/x.json")),
            ("AnswerCall", Asked("kms:Sign", "AuditKey.Arn")),
            ("AnswerCall", of_work("DeleteItem", "CALENDAR")),
            ("AnswerCall", of_work("DeleteItem", "KEYRING")),
            ("AnswerCall", of_work("UpdateItem", "KEYRING")),
            ("AnswerCall", of_work("DeleteItem", "PROVIDER#scjg")),
            ("AnswerCall", of_work("UpdateItem", "FEEDBACK#F")),
            ("ReceiveFile", of_work("GetItem", "KEYRING")),
            ("SettleSubmission", of_work("GetItem", "KEYRING")),
            ("LoadChunk", of_work("Query", "FEEDBACK#F")),
            ("SettleSubmission", of_work("PutItem", "CATALOGUE")),
            *((name, of_work("Query", "SESSION#x")) for name in OWN_READERS),
        ],
    )
    def test_stop_where_a_function_has_no_business(self, function: str, asked: Asked) -> None:
        assert not allowed(function, asked)
