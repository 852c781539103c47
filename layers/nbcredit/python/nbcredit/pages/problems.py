"""Problems of a file for its reader: by kind and column, the worst first, three of each shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.issues import IssueCode

_SHOWN: Final = 3


class Told(Protocol):
    """A problem with its place."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def header(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Problems of one kind in one column; `at_least` where only the first were looked at."""

    code: str
    title: str
    header: str
    rows: int
    first: Sequence[Told]
    is_note: bool
    at_least: bool = False

    @property
    def message(self) -> str:
        return self.first[0].message

    @property
    def letter(self) -> str:
        return self.first[0].column

    @property
    def differ(self) -> bool:
        """Whether each place has words of its own."""
        return len({each.message for each in self.first}) > 1

    @property
    def in_rows(self) -> bool:
        """Whether it has places in the file, and is not about the file as a whole."""
        return any(each.row for each in self.first)


def grouped(issues: Iterable[Told], *, total: int) -> list[Problem]:
    """Return what a list of issues says; `total` is how many there are in all."""
    found: dict[tuple[str, str], list[Told]] = {}
    for issue in issues:
        found.setdefault((issue.code, issue.header), []).append(issue)
    partly = sum(map(len, found.values())) < total
    return ranked(
        Problem(
            code=code,
            title=title(code),
            header=header,
            rows=len(each),
            first=each[:_SHOWN],
            is_note=each[0].severity != "error",
            at_least=partly,
        )
        for (code, header), each in found.items()
    )


def ranked(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with errors before notes, and what spoils most rows first."""
    return sorted(problems, key=lambda each: (each.is_note, -each.rows, each.code, each.header))


def title(code: str) -> str:
    try:
        return title_of(IssueCode(code))
    except ValueError:
        return "其他问题"
