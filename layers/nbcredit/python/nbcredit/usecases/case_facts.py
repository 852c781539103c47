"""What is shown beside a held row, and whether it may be stored under somebody (A8.4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import (
    Case,
    CaseKind,
    Doubt,
    NotACandidate,
    code_of,
    doubt_of,
    doubt_of_name,
    filed_under,
    key_of_candidate,
)
from nbcredit.domain.identifiers import masked
from nbcredit.domain.name_comparison import agree, explained
from nbcredit.domain.records import Record, RecordId
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectState
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.access import READERS
from nbcredit.usecases.plans import Hashes, StoredHead, record_of


class KnownSubjects(Protocol):
    """What is known of subjects."""

    def read(
        self, records: Collection[RecordId], subjects: Collection[SubjectKey]
    ) -> tuple[Mapping[RecordId, StoredHead], Mapping[SubjectKey, Subject]]: ...

    def named(self, names: Collection[str]) -> Mapping[str, Sequence[Subject]]: ...

    def versions(self, record: RecordId) -> Sequence[Record]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an organisation that a row may be about, beside the row's own name."""

    subject: Subject
    told: str

    @property
    def code(self) -> str:
        return code_of(self.subject)

    @property
    def explanation(self) -> str:
        """Say how the row's name and the organisation's names compare."""
        if not self.told:
            return "本行没有填名称"
        former = [name for name in self.subject.former_names if agree(self.told, name)]
        if former and not agree(self.told, self.subject.name):
            return f"与曾用名“{former[0]}”一致，现用名“{self.subject.name}”"
        return explained(self.told, self.subject.name)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Looks up what is known of whom a held row may be about."""

    subjects: KnownSubjects
    hashes: Hashes

    def doubt(self, item: Item, row: Row) -> Doubt | None:
        """Return what is in question of the row as things stand now."""
        ref = item.subject_of(row.values)
        if ref is None:
            way = item.naming_way(row.values)
            name = row.values.get(way.name or "", "") if way is not None else ""
            return doubt_of_name(name, self.subjects.named([name]).get(name, ()))
        key = self.hashes.subject_key(ref)
        of_person = ref.kind is SubjectKind.NATURAL_PERSON
        namesakes = {} if of_person or not ref.name else self.subjects.named([ref.name])
        return doubt_of(
            ref,
            self._profiles([key]).get(key),
            namesakes.get(ref.name, ()),
            event_on=row.values.get(item.validity_from, ""),
        )

    def _profiles(self, keys: Collection[SubjectKey]) -> Mapping[SubjectKey, Subject]:
        return self.subjects.read([], keys)[1]

    def candidates(
        self, case: Case, item: Item, row: Row, doubt: Doubt | None, beside: str
    ) -> list[Facts]:
        """Return what is known of whom the row may be about; of a person nothing is."""
        if case.question.kind is CaseKind.OTHER_PERSON:
            return []
        more = doubt.candidates if doubt is not None else ()
        own = case.question.subject.removeprefix("LP#")
        codes = dict.fromkeys(filter(None, (own, *case.question.candidates, *more, beside)))
        keys = [key_of_candidate(code) for code in codes]
        known = self._profiles(keys)
        way = item.subject_way(row.values) or item.naming_way(row.values)
        told = row.values.get(way.name or "", "") if way is not None else ""
        return [Facts(known[key], told) for key in keys if key in known]

    def check(self, case: Case, under: str, submission: Submission, item: Item, row: Row) -> None:
        """Refuse to store a row under nobody, or under somebody it can't be about."""
        if not under:
            raise NotACandidate("本行没有代码，不能按本行入库：请指定候选主体，或不入库。")
        if under == case.question.subject:
            return
        if case.question.kind is CaseKind.OTHER_PERSON:
            raise NotACandidate("自然人的行只能按本行的证件号码入库；号码有误请重新报送。")
        key = SubjectKey(under)
        subject = self._profiles([key]).get(key)
        if subject is None or subject.state is SubjectState.PROVISIONAL:
            raise NotACandidate("库中没有这个代码的登记信息，不能入到它的名下：请核对代码。")
        if (stands := self._same_record(submission, item, row, key)) is not None:
            raise NotACandidate(
                f"同一文件第 {stands} 行已是这个主体的同一条记录：请核对后选择不入库。"
            )

    def _same_record(
        self, submission: Submission, item: Item, row: Row, key: SubjectKey
    ) -> int | None:
        """Return the row of the same file that would be the same record."""
        filed = filed_under(row, item, key.text)
        record = record_of(
            item, filed.values, key, provider=submission.provider, hashes=self.hashes
        )
        return next(
            (
                each.row
                for each in self.subjects.versions(record)
                if each.version == submission.version and each.row != row.number
            ),
            None,
        )


def reads_all(by: Actor) -> bool:
    return by.kind is ActorKind.OPERATOR and by.organisation in READERS


def masked_values(item: Item, row: Row) -> dict[str, str]:
    """Return the values as others than the centre see them; an organisation's name is no secret."""
    way = item.subject_way(row.values) or item.naming_way(row.values)
    of_organisation = way is not None and way.kind is SubjectKind.LEGAL_PERSON
    personal = item.personal_fields - ({way.name} if way is not None and of_organisation else set())
    return {
        name: masked(value) if name in personal else value for name, value in row.values.items()
    }
