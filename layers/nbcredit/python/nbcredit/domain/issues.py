"""Problems of files and rows, as data with stable codes (A8.3, A8.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self


class Severity(StrEnum):
    """Whether the row is refused or stored and told."""

    ERROR = "error"
    WARNING = "warning"


class IssueCode(StrEnum):
    """The closed set of problems; `docs/issue-codes.md` explains each.

    E1 the file, E2 its header, E3 the form of a cell, E4 a check character, E5 cells against each
    other, E6 duplicates and comparison, E7 who may report what, W9 accepted with a note.
    """

    EMPTY_FILE = "E101"
    HEADER_ONLY = "E102"
    NOT_A_TABLE = "E103"
    BAD_ENCODING = "E104"
    TOO_LARGE = "E105"
    UNCLOSED_QUOTE = "E106"
    TOO_MANY_COLUMNS = "E107"
    PASSWORD = "E108"  # noqa: S105 -- a code, not a secret
    MACROS = "E109"
    UNSAFE_WORKBOOK = "E110"
    BROKEN_WORKBOOK = "E111"
    SEVERAL_SHEETS = "E112"
    MISSING_COLUMN = "E201"
    REPEATED_COLUMN = "E202"
    UNKNOWN_HEADER = "E203"
    REQUIRED = "E301"
    TOO_LONG = "E302"
    BAD_DATE = "E303"
    BAD_NUMBER = "E304"
    NOT_LISTED = "E305"
    BAD_CHARACTER = "E306"
    EXTRA_CELLS = "E307"
    BAD_REGION = "E308"
    NEGATIVE = "E309"
    TOO_PRECISE = "E310"
    MISQUOTED = "E311"
    EXCEL_ERROR = "E312"
    BAD_RECORD = "E313"
    BAD_CREDIT_CODE = "E401"
    BAD_RESIDENT_ID = "E402"
    MASKED_CODE = "E403"
    EXCEL_DAMAGE = "E404"
    LOST_DIGITS = "E405"
    DATE_IN_FUTURE = "E501"
    DATES_OUT_OF_ORDER = "E502"
    REQUIRED_FOR_KIND = "E503"
    CONFLICTING_ROWS = "E601"
    KNOWN_BY_OTHER_NAME = "E602"
    NAME_OF_ANOTHER = "E603"
    NAME_ALONE = "E604"
    CANCELLED_BEFORE = "E605"
    PERSON_NAMED_OTHERWISE = "E606"
    UNKNOWN_PROVIDER = "E701"
    NOT_YOUR_ITEM = "E702"
    UNKNOWN_ITEM = "E703"
    BAD_PERIOD = "E704"
    FUTURE_PERIOD = "E705"
    BAD_PLACE = "E706"
    UNKNOWN_RECORD = "E707"
    TOO_MANY_CORRECTIONS = "E708"
    CORRECTED_TWICE = "E709"
    REGISTRATION_MOVED = "E710"
    CONVERTED_ID = "W901"
    IGNORED_COLUMN = "W902"
    REPEATED_ROW = "W903"
    PROVISIONAL_SUBJECT = "W904"
    OTHER_NAME = "W905"
    REGION_BY_PROVIDER = "W906"
    SUSPECT_UNIT = "W907"
    UNKNOWN_DOCUMENT_TYPE = "W908"
    SUSPECT_ID = "W909"
    HIDDEN_CONTENT = "W910"
    UNREAD_SHEET = "W911"
    LETTERS_FOR_DIGITS = "W912"
    SERIAL_DATE = "W913"
    OLD_TEMPLATE = "W914"
    MERGED_CELLS = "W915"
    ROWS_ABOVE_HEADER = "W916"
    FORMULAS = "W917"
    SUSPECT_ZEROS = "W918"
    IMPLAUSIBLE_DATE = "W919"
    NO_IDENTIFIER = "W920"
    OTHER_CITY = "W921"
    CANCELLED_SUBJECT = "W922"
    WITHDRAWN_RECORD = "W930"
    CORRECTED_RECORD = "W931"
    ZERO_SUPERSEDED = "W935"

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.value.startswith("W") else Severity.ERROR


# Their messages quote the cell, or say whom it names.
_QUOTES_CELLS: Final = frozenset(
    {
        IssueCode.NOT_LISTED,
        IssueCode.KNOWN_BY_OTHER_NAME,
        IssueCode.NAME_OF_ANOTHER,
        IssueCode.NAME_ALONE,
        IssueCode.CANCELLED_BEFORE,
        IssueCode.PERSON_NAMED_OTHERWISE,
        IssueCode.UNKNOWN_RECORD,
        IssueCode.OTHER_NAME,
        IssueCode.REGION_BY_PROVIDER,
        IssueCode.SERIAL_DATE,
        IssueCode.IMPLAUSIBLE_DATE,
        IssueCode.CANCELLED_SUBJECT,
        IssueCode.OTHER_CITY,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands in the provider's file: the spreadsheet's letter and their header."""

    column: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One problem with its place.

    `row` counts as a spreadsheet does: the header is 1, every record is one row; 0 is the file as
    a whole. `column` is the spreadsheet's letter, `header` the provider's own words, `field` the
    schema's name; all three are empty where no cell is meant. `value` is masked where sensitive.
    `message` is Chinese and says what to do.
    """

    code: IssueCode
    row: int
    message: str
    column: str = ""
    header: str = ""
    field: str = ""
    value: str = ""

    @property
    def severity(self) -> Severity:
        return self.code.severity

    def at(self, field: str, columns: Mapping[str, Place]) -> Self:
        """Return the issue with the place of its field in the file, where it has one."""
        place = columns.get(field)
        if place is None:
            return self
        return replace(self, field=field, column=place.column, header=place.header)

    def without_cells(self) -> Self:
        """Return it as others than the provider and the centre see it: where, and of which kind."""
        quotes = self.code in _QUOTES_CELLS
        told = "这一行的内容只有报送单位和信用中心能查看：请向它们了解。"
        return replace(self, value="", message=told if quotes else self.message)
