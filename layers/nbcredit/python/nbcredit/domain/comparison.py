"""Comparison of a row with what is known of its subject, and the questions it leaves (A8.4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Self

from nbcredit.domain.actors import Actor
from nbcredit.domain.catalogue import Item
from nbcredit.domain.errors import BadRequest, Conflict, NotFound
from nbcredit.domain.identifiers import is_credit_code
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.name_comparison import among, explained
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectRef, SubjectState


class CaseKind(StrEnum):
    """Why a row is not filed before somebody has decided whom it is about."""

    OTHER_NAME = "other-name"
    OTHER_IDENTIFIER = "other-identifier"
    NO_IDENTIFIER = "no-identifier"
    CANCELLED = "cancelled"
    OTHER_PERSON = "other-person"

    @property
    def code(self) -> IssueCode:
        return _CODES[self]

    @property
    def label(self) -> str:
        return _LABELS[self]


_CODES: Final[Mapping[CaseKind, IssueCode]] = {
    CaseKind.OTHER_NAME: IssueCode.KNOWN_BY_OTHER_NAME,
    CaseKind.OTHER_IDENTIFIER: IssueCode.NAME_OF_ANOTHER,
    CaseKind.NO_IDENTIFIER: IssueCode.NAME_ALONE,
    CaseKind.CANCELLED: IssueCode.CANCELLED_BEFORE,
    CaseKind.OTHER_PERSON: IssueCode.PERSON_NAMED_OTHERWISE,
}
_LABELS: Final[Mapping[CaseKind, str]] = {
    CaseKind.OTHER_NAME: "代码登记的是另一名称",
    CaseKind.OTHER_IDENTIFIER: "名称登记在另一代码下",
    CaseKind.NO_IDENTIFIER: "只有名称，没有代码",
    CaseKind.CANCELLED: "主体在此之前已注销",
    CaseKind.OTHER_PERSON: "姓名与证件号码不符",
}
_SHOWN_CANDIDATES: Final = 3


class Doubt(NamedTuple):
    """What is in question of a row, and what its provider is told of it.

    `candidates` are the credit codes it may be about; a person has none but its own number.
    """

    kind: CaseKind
    message: str
    candidates: tuple[str, ...] = ()


def doubt_of(
    ref: SubjectRef, subject: Subject | None, namesakes: Sequence[Subject], *, event_on: str
) -> Doubt | None:
    """Return what speaks against filing a row under its identifier; `None` is most often.

    `namesakes` are the registered organisations that bear or bore exactly the row's name.
    """
    if ref.kind is SubjectKind.NATURAL_PERSON:
        return _of_person(ref, subject)
    if subject is not None and subject.state is SubjectState.REGISTERED:
        return _of_registered(ref, subject, namesakes, event_on=event_on)
    others = [each for each in namesakes if subject is None or each.key != subject.key]
    return _name_of_another(ref, others) if others else None


def _of_person(ref: SubjectRef, subject: Subject | None) -> Doubt | None:
    if subject is None or agrees_with(ref.name, subject):
        return None
    # No more than that: whose the number is must not be learned by trying names.
    message = (
        "姓名与该证件号码不符，本行暂不入库：请核对姓名和证件号码，改正后重新报送，或处理比对疑问。"
    )
    return Doubt(CaseKind.OTHER_PERSON, message)


def _of_registered(
    ref: SubjectRef, subject: Subject, namesakes: Sequence[Subject], *, event_on: str
) -> Doubt | None:
    own = code_of(subject)
    if not agrees_with(ref.name, subject):
        others = tuple(sorted(code_of(each) for each in namesakes if each.key != subject.key))
        elsewhere = f"；“{ref.name}”登记在{_listed(others)}下" if others else ""
        message = (
            f"该代码登记的名称是“{subject.name}”，与本行不同（{explained(ref.name, subject.name)}"
            f"{elsewhere}），本行暂不入库：请核对名称和代码，再处理比对疑问。"
        )
        return Doubt(CaseKind.OTHER_NAME, message, (own, *others))
    if is_after_cancellation(event_on, subject):
        heirs = f"，承继主体是{_listed(subject.successors)}" if subject.successors else ""
        message = (
            f"该主体已于 {subject.cancelled_on} {subject.status}{heirs}，"
            f"而本行的日期是 {event_on}，本行暂不入库：请核对主体和日期，再处理比对疑问。"
        )
        return Doubt(CaseKind.CANCELLED, message, (own, *subject.successors))
    return None


def _name_of_another(ref: SubjectRef, others: Sequence[Subject]) -> Doubt:
    codes = tuple(sorted(code_of(each) for each in others))
    message = (
        f"“{ref.name}”登记的统一社会信用代码是{_listed(codes)}，本行的代码没有登记，"
        "本行暂不入库：请核对名称和代码，再处理比对疑问。"
    )
    return Doubt(CaseKind.OTHER_IDENTIFIER, message, codes)


def doubt_of_name(name: str, namesakes: Sequence[Subject]) -> Doubt:
    """Return what is in question of a row that names an organisation and no identifier."""
    codes = tuple(sorted(code_of(each) for each in namesakes))
    found = f"库中叫“{name}”的是{_listed(codes)}" if codes else "库中没有登记这个名称的主体"
    message = (
        f"没有填统一社会信用代码，{found}，本行暂不入库：请补填代码后重新报送，或处理比对疑问。"
    )
    return Doubt(CaseKind.NO_IDENTIFIER, message, codes)


def is_after_cancellation(event_on: str, subject: Subject) -> bool:
    """Whether an event, of a day or a month, lies after the organisation's end."""
    ended = subject.cancelled_on
    return bool(ended and event_on) and event_on > ended[: len(event_on)]


def agrees_with(name: str, subject: Subject) -> bool:
    """Whether a row's name is one of the subject's; what has no name disagrees with none."""
    return not (name and subject.name) or among(name, names_of(subject))


def names_of(subject: Subject) -> tuple[str, ...]:
    return (subject.name, *subject.former_names)


def code_of(subject: Subject) -> str:
    return subject.key.text.removeprefix("LP#")


def _listed(codes: Sequence[str]) -> str:
    shown = "、".join(codes[:_SHOWN_CANDIDATES])
    return f" {shown} 等 {len(codes)} 家" if len(codes) > _SHOWN_CANDIDATES else f" {shown} "


@dataclass(frozen=True, slots=True)
class Question:
    """A held row of one plan: what is in question, about whom, and who else it may be.

    `subject` is the key of the row's own identifier, empty where it has none.
    """

    row: int
    kind: CaseKind
    subject: str
    candidates: tuple[str, ...] = ()


class CaseState(StrEnum):
    """Where a comparison case stands."""

    OPEN = "open"
    STORED = "stored"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of a held row: stored under somebody, or dropped (`under` is empty).

    One that was `overtaken` is dropped because its row was answered otherwise, or held once more.
    """

    state: CaseState
    under: str
    reason: str
    by: Actor
    at: datetime
    overtaken: bool = False

    def same_as(self, other: "Decision") -> bool:
        """Whether both decide the same, whoever did so and why."""
        return (self.state, self.under) == (other.state, other.under)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row that is held until somebody decides; its values stay with its submission's files."""

    submission: str
    provider: str
    item: str
    reported_at: datetime
    chunk: int
    question: Question
    decision: Decision | None = None

    @property
    def id(self) -> str:
        return case_id(self.submission, self.question.row)

    @property
    def state(self) -> CaseState:
        return CaseState.OPEN if self.decision is None else self.decision.state

    def decided(self, decision: Decision) -> Self:
        """Return the case with its decision; raise `CaseDecided` where there is another."""
        if self.decision is None:
            return replace(self, decision=decision)
        if self.decision.same_as(decision):
            return self
        raise CaseDecided(self.id)


def filed_under(row: Row, item: Item, under: str) -> Row:
    """Return a held row as it is stored: with the identifier that was decided on."""
    way = item.subject_way(row.values) or item.naming_way(row.values)
    key = SubjectKey(under)
    if way is None or way.kind is not key.kind or key.kind is SubjectKind.NATURAL_PERSON:
        return row
    return Row.of(row.number, {**row.values, way.number: key.text.removeprefix("LP#")})


def case_id(submission: str, row: int) -> str:
    return f"{submission}-{row}"


_ID: Final = re.compile(r"(?P<submission>[A-Z2-7]{24})-(?P<row>[1-9]\d{0,9})")


def parse_case_id(text: str) -> tuple[str, int]:
    """Return submission and row, or raise `UnknownCase`."""
    match = _ID.fullmatch(text.strip().upper())
    if match is None:
        raise UnknownCase(text)
    return match["submission"], int(match["row"])


class UnknownCase(NotFound):
    """There is no such case, or it is none of the caller's business."""

    code = "unknown-case"

    def __init__(self, case: str) -> None:
        super().__init__(f"没有比对疑问 {case}：编号形如 批次-行号，可用 nbcredit cases 列出。")
        self.case = case


class CaseDecided(Conflict):
    """The case has been decided otherwise; a decision is not taken back."""

    code = "case-decided"

    def __init__(self, case: str) -> None:
        super().__init__(
            f"比对疑问 {case} 已经处理过：如果处理有误，请更正或撤回由此入库的记录，或重新报送。"
        )
        self.case = case


class CaseNotReady(Conflict):
    """The case's file is still being loaded."""

    code = "case-not-ready"

    def __init__(self, case: str) -> None:
        super().__init__(f"比对疑问 {case} 所在的文件还在入库：请等入库完成后再处理。")
        self.case = case


class NotACandidate(BadRequest):
    """The row can't be stored under this subject."""

    code = "not-a-candidate"

    def __init__(self, told: str) -> None:
        super().__init__(told)


class ReasonMissing(BadRequest):
    """A decision says why."""

    code = "reason-missing"

    def __init__(self) -> None:
        super().__init__("请写明处理理由（2 至 200 个字）。")


class ReasonHoldsNumber(BadRequest):
    """A reason is kept for ever and in the clear: no number of a person may stand in it."""

    code = "reason-holds-number"

    def __init__(self) -> None:
        super().__init__("处理理由中不要写证件号码或手机号码：请删去后重新提交。")


_SHORTEST_REASON: Final = 2
_LONGEST_REASON: Final = 200
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]*[0-9]{9,}[0-9A-Za-z]*(?![0-9A-Za-z])")


def reason_of(text: str) -> str:
    """Return a reason fit to be kept, or refuse it."""
    reason = " ".join(text.split())
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        raise ReasonMissing
    if any(not is_credit_code(number.upper()) for number in _NUMBER.findall(reason)):
        raise ReasonHoldsNumber
    return reason


def key_of_candidate(code: str) -> SubjectKey:
    """Return the key of an organisation that a row may be stored under."""
    if not is_credit_code(code):
        raise NotACandidate("候选主体的统一社会信用代码不对：请核对。")
    return SubjectKey.of_legal_person(code)
