"""Comparing the rows of a chunk with the subjects they name, before any of them is filed (A8.4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from nbcredit.domain.catalogue import Item, SubjectWay
from nbcredit.domain.comparison import (
    CaseKind,
    Doubt,
    Question,
    agrees_with,
    doubt_of,
    doubt_of_name,
)
from nbcredit.domain.issues import Issue, Place
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind, SubjectRef, SubjectState


class Names(Protocol):
    """Who is registered under a name."""

    def named(self, names: Collection[str]) -> Mapping[str, Sequence[Subject]]:
        """Return the organisations that bear or bore exactly these names, by name."""
        ...


class Held(NamedTuple):
    """A row that is not filed: the question it leaves, and what its provider is told."""

    question: Question
    issue: Issue


@dataclass(frozen=True, slots=True)
class Comparing:
    """Tells which rows somebody has to decide about."""

    item: Item
    names: Names
    columns: Mapping[str, Place]

    def namesakes(
        self,
        rows: Collection[tuple[Row, SubjectRef | None, SubjectKey | None]],
        profiles: Mapping[SubjectKey, Subject],
    ) -> Mapping[str, Sequence[Subject]]:
        """Return who else bears the names that rows have for subjects we do not know by them.

        The usual row is about a registered organisation under its own name: nobody is asked then.
        """
        asked = set()
        for row, ref, key in rows:
            if ref is None:
                way = self.item.naming_way(row.values)
                name = row.values[way.name or ""] if way is not None else ""
            elif ref.kind is SubjectKind.NATURAL_PERSON or key is None:
                continue
            else:
                name = "" if _known_as(ref.name, profiles.get(key)) else ref.name
            if name:
                asked.add(name)
        return self.names.named(asked) if asked else {}

    def doubt_about(
        self,
        row: Row,
        ref: SubjectRef,
        subject: Subject | None,
        namesakes: Mapping[str, Sequence[Subject]],
    ) -> Held | None:
        """Return why a row is held, and `None` where it may be filed."""
        event_on = row.values.get(self.item.validity_from, "")
        doubt = doubt_of(ref, subject, namesakes.get(ref.name, ()), event_on=event_on)
        way = self.item.subject_way(row.values)
        if doubt is None or way is None:
            return None
        key = subject.key.text if subject is not None else ""
        if not key and ref.kind is SubjectKind.LEGAL_PERSON:
            key = SubjectKey.of_legal_person(ref.number).text
        value = "" if doubt.kind is CaseKind.OTHER_PERSON else ref.name
        if doubt.kind is CaseKind.CANCELLED:
            value = event_on
        return self._held(row, doubt, way, key, value)

    def doubt_about_name(self, row: Row, namesakes: Mapping[str, Sequence[Subject]]) -> Held:
        """Return why a row without an identifier is held: a name is no identifier."""
        way = self.item.naming_way(row.values)
        if way is None:
            raise AssertionError(f"row {row.number} names no subject")
        name = row.values[way.name or ""]
        return self._held(row, doubt_of_name(name, namesakes.get(name, ())), way, "", "")

    def _held(self, row: Row, doubt: Doubt, way: SubjectWay, key: str, value: str) -> Held:
        question = Question(row.number, doubt.kind, key, doubt.candidates)
        issue = Issue(code=doubt.kind.code, row=row.number, message=doubt.message, value=value).at(
            self._place(doubt.kind, way), self.columns
        )
        return Held(question, issue)

    def _place(self, kind: CaseKind, way: SubjectWay) -> str:
        match kind:
            case CaseKind.NO_IDENTIFIER:
                return way.number
            case CaseKind.CANCELLED:
                return self.item.validity_from
            case _:
                return way.name or way.number


def _known_as(name: str, subject: Subject | None) -> bool:
    if subject is None or subject.state is SubjectState.PROVISIONAL:
        return False
    return agrees_with(name, subject)
