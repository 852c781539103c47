"""What a file would come to under other schemas, row by row beside what it came to then (A6.1)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from nbcredit.domain.catalogue import Item, Sensitivity
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.names import matching_form
from nbcredit.domain.rows import CleanedRow, Outcome
from nbcredit.domain.submissions import Books

FIRST_PLACES: Final = 3


class Ends(NamedTuple):
    """How the rows of a file ended as far as reading decides it."""

    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    blank: int = 0

    @classmethod
    def of(cls, books: Books) -> Self:
        """Return how reading ended the rows; loading divides the accepted ones further."""
        told = [books[each] for each in (Outcome.REJECTED, Outcome.DUPLICATE, Outcome.BLANK)]
        return cls(books.rows - sum(told), *told)


NOTHING: Final = Ends()


@dataclass(slots=True)
class Cause:
    """Why rows are newly rejected: a code and a field, with the first places."""

    code: IssueCode
    field: str
    title: str
    message: str
    rows: int = 0
    places: tuple[Issue, ...] = ()


class Was(NamedTuple):
    """How reading ended a row then, `None` being accepted; `repeats`: because of an earlier row."""

    outcome: Outcome | None = None
    repeats: bool = False


def never_read(_number: int) -> Was:
    """Answer for a file that nobody has read before."""
    return Was()


def refused_whole(_number: int) -> Was:
    """Answer for a file that was refused: no row of it was accepted."""
    return Was(Outcome.REJECTED)


class RowsThen:
    """How the rows ended then, told by the issues kept of them, asked in the order of the rows."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        # Those of the file as a whole may come at the end.
        self._issues: Iterator[Issue] = (issue for issue in issues if issue.row)
        self._next = next(self._issues, None)

    def __call__(self, number: int) -> Was:
        codes: set[IssueCode] = set()
        while self._next is not None and self._next.row <= number:
            if self._next.row == number:
                codes.add(self._next.code)
            self._next = next(self._issues, None)
        errors = {code for code in codes if code.severity is Severity.ERROR}
        if errors:
            return Was(Outcome.REJECTED, errors == {IssueCode.CONFLICTING_ROWS})
        if IssueCode.REPEATED_ROW in codes:
            return Was(Outcome.DUPLICATE, repeats=True)
        return Was()


@dataclass(slots=True)
class Tally:
    """Counts the rows of one part of a file; `resumed` where rows before it were passed over.

    Rows passed over are not remembered: in a later part a row that repeated an earlier one then
    is taken to do so still, and a repeat that only the new schema makes is seen within a part.
    """

    item: Item
    was: Callable[[int], Was]
    resumed: bool = False
    rows: int = 0
    newly_rejected: int = 0
    newly_accepted: int = 0
    _ends: dict[Outcome | None, int] = field(default_factory=dict)
    _causes: dict[tuple[IssueCode, str], Cause] = field(default_factory=dict)

    def add(self, row: CleanedRow) -> None:
        was, now = self.was(row.number), row.outcome
        if now is None and self.resumed and was.repeats:
            now = was.outcome
        self.rows += 1
        self._ends[now] = self._ends.get(now, 0) + 1
        if was.outcome is Outcome.REJECTED:
            self.newly_accepted += now is None
        elif now is Outcome.REJECTED:
            self.newly_rejected += 1
            self._note(issue for issue in row.issues if issue.severity is Severity.ERROR)

    @property
    def ends(self) -> Ends:
        ends = self._ends
        told = [ends.get(each, 0) for each in (Outcome.REJECTED, Outcome.DUPLICATE, Outcome.BLANK)]
        return Ends(ends.get(None, 0), *told)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Return the causes, those of most rows first."""
        return tuple(sorted(self._causes.values(), key=lambda each: (-each.rows, each.code)))

    def _note(self, issues: Iterable[Issue]) -> None:
        # A row counts once for a cause, whatever it lists.
        for key, issue in {(issue.code, issue.field): issue for issue in issues}.items():
            cause = self._causes.setdefault(key, self._cause(issue))
            cause.rows += 1
            if len(cause.places) < FIRST_PLACES:
                cause.places += (issue,)

    def _cause(self, issue: Issue) -> Cause:
        known = self.item.fields.get(issue.field)
        quotes = issue.code is IssueCode.NOT_LISTED and issue.field in self.item.personal_fields
        return Cause(
            code=issue.code,
            field=issue.field,
            title=known.title if known is not None else "",
            # What is not among the choices may be quoted, and may be a person's.
            message="" if quotes else issue.message,
        )


def guarded(schema: dict[str, Any], before: Item | None) -> Item:
    """Return the item to try: what was not plainly open before is masked as a person's.

    A trial shows values of files that came in under another version: a schema that is not even
    published can not open what that version protects or does not know.
    """
    item = Item.from_schema(schema, version="")
    known = _open_names(before) if before is not None else frozenset()
    parts = {
        each.name: each.schema
        if {matching_form(name) for name in (each.title, each.name, *each.aliases)} <= known
        else {**each.schema, "x-sensitivity": Sensitivity.PERSONAL.value}
        for each in item.fields.values()
    }
    return Item.from_schema({**schema, "properties": parts}, version="")


def _open_names(item: Item) -> frozenset[str]:
    names: dict[Sensitivity, set[str]] = {each: set() for each in Sensitivity}
    for each in item.fields.values():
        told = (each.title, each.name, *each.aliases)
        names[each.sensitivity].update(map(matching_form, told))
    return frozenset(names[Sensitivity.OPEN] - names[Sensitivity.PERSONAL])
