"""Calls about comparison cases: rows that wait until somebody decides whom they are about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import Case, CaseState
from nbcredit.domain.subjects import SubjectState
from nbcredit.usecases.case_facts import Facts
from nbcredit.usecases.cases import Choice, ShownCase
from nbcredit.wire.base import Code, CreditCode, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.submissions import SubmissionView

STATES: Final[Mapping[CaseState, str]] = {
    CaseState.OPEN: "待处理",
    CaseState.STORED: "已决定入库",
    CaseState.DROPPED: "已决定不入库",
}
REGISTERED: Final[Mapping[SubjectState, str]] = {
    SubjectState.PROVISIONAL: "尚无登记信息",
    SubjectState.REGISTERED: "已登记",
}


class ListCases(Call):
    """Ask for open cases: one's own or another provider's; centre and county, all in sight."""

    call: Literal["list-cases"] = "list-cases"
    provider: Code | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class ShowCase(Call):
    """Ask for one case: its row beside what is known of whom it may be about.

    `beside` is one more organisation to compare the row with.
    """

    call: Literal["show-case"] = "show-case"
    case: Annotated[str, Field(max_length=60)]
    beside: CreditCode | None = None


class DecideCase(Call):
    """Decide a case: store the row under its own identifier or a candidate's, or drop it."""

    call: Literal["decide-case"] = "decide-case"
    case: Annotated[str, Field(max_length=60)]
    decision: Literal["store", "drop"]
    candidate: CreditCode | None = None
    reason: Annotated[str, Field(max_length=1000)]

    @property
    def choice(self) -> Choice:
        return Choice(self.decision == "store", self.candidate or "")


class DecisionView(Wire):
    """What became of a case; `under` is the credit code that was chosen, empty for a person."""

    under: str
    reason: str
    by: str
    organisation: str
    at: datetime


class CaseView(Wire):
    """A case as a list shows it: nothing of its row but where it stands."""

    case: str
    submission: str
    provider: str
    item: str
    row: int
    kind: str
    kind_text: str
    state: str
    state_text: str
    reported_at: datetime
    candidates: list[str]
    decision: DecisionView | None


class CaseList(Wire):
    """Open cases, those first that were reported first."""

    cases: list[CaseView]


class FactsView(Wire):
    """What is known of an organisation, and how its names compare with the row's."""

    credit_code: str
    name: str
    former_names: list[str]
    registered: str
    status: str
    cancelled_on: str
    successors: list[str]
    explanation: str


class ShownCaseView(Wire):
    """A case with its row by titles, and the candidates; `now` says what is in question today.

    `now` is empty where registration has answered the question meanwhile.
    """

    case: CaseView
    item_name: str
    period: str
    file_name: str
    values: dict[str, str]
    candidates: list[FactsView]
    now: str


class DecidedView(Wire):
    """A decided case, and the submission that stores its row, where it is to be stored."""

    case: CaseView
    stored_by: SubmissionView | None


def case_view(case: Case) -> CaseView:
    return CaseView(
        case=case.id,
        submission=case.submission,
        provider=case.provider,
        item=case.item,
        row=case.question.row,
        kind=case.question.kind.value,
        kind_text=case.question.kind.label,
        state=case.state.value,
        state_text=STATES[case.state],
        reported_at=case.reported_at,
        candidates=list(case.question.candidates),
        decision=_decision_view(case),
    )


def _decision_view(case: Case) -> DecisionView | None:
    if case.decision is None:
        return None
    under = case.decision.under
    return DecisionView(
        under=under.removeprefix("LP#") if under.startswith("LP#") else "",
        reason=case.decision.reason,
        by=case.decision.by.id,
        organisation=case.decision.by.organisation,
        at=case.decision.at,
    )


def shown_view(shown: ShownCase, item: Item) -> ShownCaseView:
    return ShownCaseView(
        case=case_view(shown.case),
        item_name=item.name,
        period=shown.submission.period,
        file_name=shown.submission.file.name,
        values={
            field.title: shown.values[name]
            for name, field in item.fields.items()
            if name in shown.values
        },
        candidates=[_facts_view(facts) for facts in shown.candidates],
        now=shown.now,
    )


def _facts_view(facts: Facts) -> FactsView:
    subject = facts.subject
    return FactsView(
        credit_code=facts.code,
        name=subject.name,
        former_names=list(subject.former_names),
        registered=REGISTERED[subject.state],
        status=subject.status,
        cancelled_on=subject.cancelled_on,
        successors=list(subject.successors),
        explanation=facts.explanation,
    )
