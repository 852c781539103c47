"""Answering calls: one use case each, and every refusal a problem with its stable code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from nbcredit.cleaning.lookups import asked_legal_person, asked_natural_person
from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.catalogue import Catalogue, CatalogueRefused, Item
from nbcredit.domain.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    Unavailable,
)
from nbcredit.domain.organisations import Organisation
from nbcredit.domain.periods import Period, business_date
from nbcredit.domain.records import RecordId
from nbcredit.domain.subjects import SubjectRef
from nbcredit.usecases.access import NotAllowedToRead
from nbcredit.usecases.audit import Audit
from nbcredit.usecases.catalogue import Catalogues, CatalogueStore
from nbcredit.usecases.catalogue_trials import CatalogueTrials, Question
from nbcredit.usecases.organisations import Organisations
from nbcredit.usecases.ports import Clock, Deadline
from nbcredit.usecases.records import Records
from nbcredit.usecases.submissions import Submissions
from nbcredit.usecases.verification import Verification
from nbcredit.wire import calls, trials, views

_STATUS: Final[Mapping[type[Refusal], int]] = {
    BadRequest: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
_TITLES: Final[Mapping[int, str]] = {
    400: "请求有误",
    403: "无权操作",
    404: "没有找到",
    409: "与现状冲突",
    503: "暂时不可用",
}


class SubjectNotNamed(BadRequest):
    """A look-up names its subject by credit code or by document number."""

    code = "subject-not-named"

    def __init__(self) -> None:
        super().__init__("请给出统一社会信用代码，或者证件号码。")


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases behind the calls."""

    submissions: Submissions
    records: Records
    verification: Verification
    catalogues: CatalogueStore
    publishing: Callable[[], Catalogues]
    trials: Callable[[], CatalogueTrials]
    organisations: Organisations
    audit: Audit
    clock: Clock

    def answer(self, body: object, *, deadline: Deadline) -> dict[str, Any]:
        """Return the answer to a call, or the problem with it."""
        try:
            call = calls.ANY_CALL.validate_python(body)
            answer = self._answer(call, by=_actor(call.caller), deadline=deadline)
        except ValidationError as error:
            return _misunderstood(error)
        except Refusal as refusal:
            return problem_of(refusal)
        return calls.Answered(answer=answer.model_dump(mode="json")).model_dump(mode="json")

    def _answer(self, call: calls.AnyCall, *, by: Actor, deadline: Deadline) -> BaseModel:
        try:
            if isinstance(call, calls.TryCatalogue):
                return self._try(call, by=by, deadline=deadline)
            return self._answers[type(call)](call, by=by)
        except NotAllowedToRead:
            # Whoever refused it has entered it, with the subject's pseudonym.
            raise
        except Forbidden as refusal:
            act = Act(
                action=call.call,
                actor=by,
                purpose=call.purpose,
                outcome=Outcome.REFUSED,
                detail={"code": refusal.code},
            )
            self.audit.trail.record(act)
            raise

    @property
    def _answers(self) -> Mapping[type[calls.Call], Callable[..., BaseModel]]:
        return {
            calls.ShowSubmission: self._submission,
            calls.ListSubmissions: self._submissions,
            calls.ListReported: self._reported,
            calls.ListIssues: self._issues,
            calls.ReadSubject: self._subject,
            calls.VerifySubject: self._verify,
            calls.TraceRecord: self._trace,
            calls.ShowCatalogue: self._catalogue,
            calls.PublishCatalogue: self._publish,
            calls.RegisterOrganisations: self._register,
            calls.VerifyAudit: self._verify_audit,
        }

    def _submission(self, call: calls.ShowSubmission, *, by: Actor) -> BaseModel:
        standing = self.submissions.show(call.submission, by=by)
        catalogue = self.catalogues.get(standing.submission.catalogue)
        return views.submission_view(standing, catalogue=catalogue)

    def _submissions(self, call: calls.ListSubmissions, *, by: Actor) -> BaseModel:
        found = self.submissions.latest(call.provider, limit=call.limit, by=by)
        return calls.SubmissionList(
            submissions=[
                views.submission_view(
                    each, catalogue=self.catalogues.get(each.submission.catalogue)
                )
                for each in found
            ]
        )

    def _reported(self, call: calls.ListReported, *, by: Actor) -> BaseModel:
        found = self.submissions.of_period(call.provider, Period.parse(call.period), by=by)
        return trials.reported_list(found)

    def _issues(self, call: calls.ListIssues, *, by: Actor) -> BaseModel:
        submission, issues = self.submissions.issues(
            call.submission, limit=call.limit, by=by, purpose=call.purpose
        )
        files = self.submissions.files
        return views.issue_list(
            submission.issue_counts,
            issues,
            download=files.issue_list_address(submission.id),
            changes_download=files.change_list_address(submission.id),
        )

    def _subject(self, call: calls.ReadSubject, *, by: Actor) -> BaseModel:
        subject, records = self.records.of_subject(self._ref(call), by=by, purpose=call.purpose)
        today = self._in_force_today()
        shown = [
            views.record_view(
                record,
                form=self._form(record.catalogue, record.id.item),
                in_force=today.items.get(record.id.item),
            )
            for record in records
        ]
        return views.subject_view(subject, shown)

    def _trace(self, call: calls.TraceRecord, *, by: Actor) -> BaseModel:
        record = RecordId.parse(call.record)
        traced = self.records.trace(record, by=by, purpose=call.purpose)
        form = self._form(traced[0].record.catalogue, record.item)
        return views.trace_view(traced, form=form, directory=self.organisations.store.directory())

    def _verify(self, call: calls.VerifySubject, *, by: Actor) -> BaseModel:
        ref = self._ref(call)
        verdict = self.verification.verify(ref, call.claims, by=by, purpose=call.purpose)
        return calls.VerdictView(verdict=verdict)

    def _catalogue(
        self,
        call: calls.ShowCatalogue,
        *,
        by: Actor,  # noqa: ARG002 -- each answer is asked for alike, and everybody may see this one
    ) -> BaseModel:
        shown = self.catalogues.in_force(call.on) if call.on else self._in_force_today()
        return views.catalogue_view(shown)

    def _publish(self, call: calls.PublishCatalogue, *, by: Actor) -> BaseModel:
        published = self.publishing().publish(
            call.version, call.schemas, call.effective_from, by=by
        )
        return calls.Done(count=len(published.items))

    def _try(self, call: calls.TryCatalogue, *, by: Actor, deadline: Deadline) -> BaseModel:
        question = Question(
            submission=call.submission, schema=call.item_schema, skip_rows=call.skip_rows
        )
        submission, trial = self.trials().run(
            question, by=by, purpose=call.purpose, deadline=deadline
        )
        then = self.catalogues.get(submission.catalogue)
        return trials.trial_view(trials.tried_of(submission, catalogue=then), trial)

    def _verify_audit(self, call: calls.VerifyAudit, *, by: Actor) -> BaseModel:
        found = self.audit.verify(since=call.since, until=call.until, by=by, purpose=call.purpose)
        return views.audit_report(found)

    def _register(self, call: calls.RegisterOrganisations, *, by: Actor) -> BaseModel:
        organisations = [Organisation(**dict(each)) for each in call.organisations]
        self.organisations.register(organisations, by=by, purpose=call.purpose)
        return calls.Done(count=len(organisations))

    def _ref(self, call: calls.ReadSubject | calls.VerifySubject) -> SubjectRef:
        if call.credit_code and call.credit_code.strip():
            return asked_legal_person(call.credit_code)
        if call.document_number and call.document_number.strip():
            return asked_natural_person(
                call.document_type, call.document_number, catalogue=self._in_force_today()
            )
        raise SubjectNotNamed

    def _in_force_today(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))

    def _form(self, version: str, item: str) -> Item:
        return self.catalogues.get(version).item(item)


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as problem details."""
    status = next((number for kind, number in _STATUS.items() if isinstance(refusal, kind)), 400)
    faults = list(refusal.faults) if isinstance(refusal, CatalogueRefused) else []
    return _problem(refusal.code, status, str(refusal), faults)


def _misunderstood(error: ValidationError) -> dict[str, Any]:
    # Only the places: what was sent may hold personal data.
    faults = [
        f"{'/'.join(str(part) for part in each['loc'])}：{each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return _problem(
        "call-not-understood", 400, "请求的内容不符合接口要求，请按所列各处更正。", faults
    )


def _problem(code: str, status: int, detail: str, faults: list[str]) -> dict[str, Any]:
    return calls.Problem(
        type=f"urn:nbcredit:problem:{code}",
        title=_TITLES[status],
        status=status,
        detail=detail,
        code=code,
        faults=tuple(faults),
    ).model_dump(mode="json")


def _actor(caller: calls.Caller) -> Actor:
    return Actor(kind=caller.kind, id=caller.id, organisation=caller.organisation)
