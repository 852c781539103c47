"""Columns of the platform's own beside those of an item: they say what a row is for (A7.3, A8.6).

Their names cannot be those of an item's fields, which begin with a letter: they pass with a row's
values to the planning, which takes them out before the row is compared and stored.
"""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from nbcredit.domain.catalogue import Field, Sensitivity
from nbcredit.domain.rows import Row

# The row of a feedback that is answered by this row.
FEEDBACK: Final = "@feedback"
# The stored record that this row corrects.
CORRECTS: Final = "@corrects"

FEEDBACK_HEADER: Final = "反馈编号"
CORRECTS_HEADER: Final = "更正记录编号"
ADVICE_HEADER: Final = "处理说明"
ROW_HEADER: Final = "原行号"
# What the platform writes beside the rows that it sends back, and does not read again.
UNREAD_HEADERS: Final = frozenset({ADVICE_HEADER, ROW_HEADER})


def _field(name: str, title: str, *aliases: str, longest: int) -> Field:
    schema = {"title": title, "type": "string", "maxLength": longest, "x-form": "reference"}
    return Field(
        name=name,
        title=title,
        aliases=aliases,
        form="reference",
        sensitivity=Sensitivity.OPEN,
        schema=MappingProxyType(schema),
    )


# In the order in which they follow the values of a row. Two rows that name different records to be
# corrected are not the same; to which feedback a row answers is no part of what it says.
RESERVED: Final[Mapping[str, Field]] = MappingProxyType(
    {
        CORRECTS: _field(CORRECTS, CORRECTS_HEADER, "corrects", longest=200),
        FEEDBACK: _field(FEEDBACK, FEEDBACK_HEADER, "feedback_row", longest=60),
    }
)


class Marked(NamedTuple):
    """A row's own values, and what its reserved columns say."""

    row: Row
    feedback: str
    corrects: str


def answers_something(columns: Container[str]) -> bool:
    """Whether a file with these columns has rows that may say what they answer."""
    return FEEDBACK in columns or CORRECTS in columns


def unmarked(row: Row) -> Marked:
    """Take what reserved columns say out of a row."""
    values = row.values
    if FEEDBACK not in values and CORRECTS not in values:
        return Marked(row, "", "")
    own = {name: value for name, value in values.items() if name not in RESERVED}
    return Marked(Row.of(row.number, own), values.get(FEEDBACK, ""), values.get(CORRECTS, ""))


def unanswering(row: Row) -> Row:
    """Return a row without what it answers: a correction it stays."""
    if FEEDBACK not in row.values:
        return row
    values = {name: value for name, value in row.values.items() if name != FEEDBACK}
    return Row.of(row.number, values)
