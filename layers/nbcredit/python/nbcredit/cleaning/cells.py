"""Cleans and judges the cells of one column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from json.encoder import encode_basestring
from typing import Final

from nbcredit.cleaning import wording
from nbcredit.cleaning.checking import CellCheck, Fault, compile_cell
from nbcredit.cleaning.normalising import (
    INVISIBLE,
    LATER,
    LONGEST_NULL,
    NULL_WORDS,
    code,
    is_null,
    is_serial,
    narrow,
    normaliser_of,
    tidy,
)
from nbcredit.cleaning.row_checking import Bits
from nbcredit.domain.catalogue import Field
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.identifiers import is_credit_code, is_resident_id
from nbcredit.domain.issues import IssueCode

# C0 without tab and line end, C1, the replacement character, non-characters, lone surrogates.
_BAD: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff\ud800-\udfff]")
_EXCEL_ERRORS: Final = frozenset(
    {
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    }
)
_CACHED_CELLS: Final = 16_384
_CACHED_QUICK: Final = 1_024
_LONGEST_CACHED: Final = 64
_LONGEST_SPELLED: Final = 8_000
_CODE_LENGTH: Final = 18
_TEXTS: Final = frozenset({"text", "name", "reference"})
_NARROWER: Final = frozenset({"enum", "const", "minLength", "pattern", "format"})

_FORM_KINDS: Final[Mapping[str, ChangeKind]] = {
    "text": ChangeKind.WHITE_SPACE,
    "name": ChangeKind.WHITE_SPACE,
    "reference": ChangeKind.WHITE_SPACE,
    "code": ChangeKind.CODE,
    "credit-code": ChangeKind.CODE,
    "identity": ChangeKind.CODE,
    "date": ChangeKind.DATE,
    "open-date": ChangeKind.DATE,
    "month": ChangeKind.DATE,
    "amount": ChangeKind.AMOUNT,
    "choice": ChangeKind.WORDING,
    "choices": ChangeKind.WORDING,
    "region": ChangeKind.WORDING,
}


class Tally:
    """How many cells of a column were changed in one way."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells = 0


class Remark:
    """What is to be told or done about a cell, beyond its clean value.

    `fault` makes the value unsound for rules between cells; `notes` do not. `converts` says that
    the value may be an identity number in another form, which the rest of the row decides. What
    only changed the cell's form is counted in the tallies, and not `tells` anything of the row.
    """

    __slots__ = ("changes", "converts", "fault", "notes", "tallies", "tells")

    def __init__(
        self,
        *,
        fault: Fault | None = None,
        notes: tuple[Fault, ...] = (),
        changes: tuple[ChangeKind, ...] = (),
        tallies: tuple[Tally, ...] = (),
        converts: bool = False,
    ) -> None:
        self.fault = fault
        self.notes = notes
        self.changes = changes
        self.tallies = tallies
        self.converts = converts
        listed = any(kind.is_listed for kind in changes)
        self.tells = fault is not None or bool(notes) or converts or listed


# A clean cell: its value, its member of a JSON object, its bits, and a remark if there is one. A
# cell without a value has no member and no bits.
Cell = tuple[str, str, int, Remark | None]


def member_of(name: str, value: str) -> str:
    """Return a value as a member of a JSON object."""
    return f'"{name}":{encode_basestring(value)}'


class CellCleaner:
    """Cleans the cells of one column and remembers the short ones, which come again and again."""

    __slots__ = (
        "_bits",
        "_check",
        "_converts",
        "_field",
        "_is_code",
        "_is_text",
        "_keeps",
        "_longest",
        "_normalise",
        "_present",
        "_rules",
        "_soft",
        "_start",
        "_tallies",
        "known",
    )

    def __init__(
        self,
        field: Field,
        *,
        required: bool,
        bits: Bits,
        rules: Sequence[CellCheck],
        converts: bool,
        day_zero: date,
        given_in: str = "",
    ) -> None:
        self._field = field
        self._normalise = normaliser_of(field.schema, day_zero=day_zero, given_in=given_in)
        self._check = compile_cell(field, field.schema, given_in)
        self._rules = tuple(rules)
        self._bits = bits
        self._soft = field.form != "text" or not required
        self._converts = converts
        self._start = f'"{field.name}":"'
        # Most cells are right as they stand: that is told faster than how they would be cleaned.
        plain = not (bits.tests(field.name) or self._rules or converts)
        self._present = bits.of(field.name, "") if plain else 0
        self._is_code = plain and field.form == "credit-code"
        self._is_text = plain and field.form in _TEXTS and field.schema.keys().isdisjoint(_NARROWER)
        self._longest = field.schema.get("maxLength", 0)
        self._keeps = True
        self._tallies: dict[ChangeKind, Tally] = {}
        self.known: dict[str, Cell] = {}

    @property
    def counts(self) -> Mapping[ChangeKind, int]:
        """Return how many cells were changed so far, by the kind of change."""
        return {kind: tally.cells for kind, tally in self._tallies.items() if tally.cells}

    def tally(self, kind: ChangeKind) -> Tally:
        return self._tallies.setdefault(kind, Tally())

    def clean(self, cell: str) -> Cell:
        """Clean a cell that is not known."""
        if self._stands(cell):
            made: Cell = (cell, f'{self._start}{cell}"', self._present, None)
            if self._keeps and len(cell) <= _LONGEST_CACHED:
                self.known[cell] = made
                # What is told this fast need not be remembered where hardly anything comes again.
                if len(self.known) >= _CACHED_QUICK:
                    self.known.clear()
                    self._keeps = False
            return made
        made = self._clean(cell)
        if len(cell) <= _LONGEST_CACHED:
            if len(self.known) >= _CACHED_CELLS:
                self.known.clear()
            self.known[cell] = made
        return made

    def _stands(self, cell: str) -> bool:
        """Tell whether a cell is right for sure and needs no escape in JSON."""
        if self._is_text:
            length = len(cell)
            return (
                length <= self._longest
                and (length > LONGEST_NULL or cell not in NULL_WORDS)
                and cell.isprintable()
                # `strip` hands back the very text where there is nothing to drop.
                and cell.strip() is cell
                and not ('"' in cell or "\\" in cell or "#" in cell or "\ufffd" in cell)
            )
        return self._is_code and is_credit_code(cell) and not cell.endswith("000")

    def _clean(self, cell: str) -> Cell:
        text = tidy(cell)
        kinds = _tidied(cell, text)
        if not text:
            return self._nothing(kinds if ChangeKind.REMOVED in kinds else ())
        if is_null(text, soft=self._soft):
            return self._nothing((ChangeKind.NULL_WORD,))
        fault = self._unreadable(text)
        if fault is not None:
            return self._cell(text, self._remark(kinds, fault=fault))
        # Beyond twice the longest text nothing is right, and spelling it anew could take long.
        value = self._normalise(text) if len(text) <= _LONGEST_SPELLED else text
        if not value:
            return self._nothing((*kinds, ChangeKind.NULL_WORD))
        notes: list[Fault] = []
        if value != text:
            kind = _respelled(self._field.form, text, value)
            kinds = (*kinds, kind) if kind not in kinds else kinds
            notes += self._notes_of(kind, text, value)
        fault = self._check(value)
        if fault is None:
            notes += [note for rule in self._rules if (note := rule(value)) is not None]
            notes += self._suspicions(value)
        converts = self._converts and not is_resident_id(value)
        return self._cell(
            value, self._remark(kinds, fault=fault, notes=tuple(notes), converts=converts)
        )

    def _nothing(self, kinds: tuple[ChangeKind, ...]) -> Cell:
        return "", "", 0, self._remark(kinds)

    def _remark(
        self,
        changes: tuple[ChangeKind, ...],
        *,
        fault: Fault | None = None,
        notes: tuple[Fault, ...] = (),
        converts: bool = False,
    ) -> Remark | None:
        if fault is None and not notes and not changes and not converts:
            return None
        tallies = tuple(map(self.tally, changes))
        return Remark(fault=fault, notes=notes, changes=changes, tallies=tallies, converts=converts)

    def _cell(self, value: str, remark: Remark | None) -> Cell:
        return (
            value,
            member_of(self._field.name, value),
            self._bits.of(self._field.name, value),
            remark,
        )

    def _unreadable(self, text: str) -> Fault | None:
        field = self._field
        if text[0] == "#" and text in _EXCEL_ERRORS:
            return Fault(IssueCode.EXCEL_ERROR, field.name, wording.excel_error(field.title, text))
        if (not text.isprintable() or "\ufffd" in text) and (bad := _BAD.search(text)):
            message = wording.bad_character(field.title, text, bad.start())
            return Fault(IssueCode.BAD_CHARACTER, field.name, message)
        return None

    def _notes_of(self, kind: ChangeKind, text: str, value: str) -> Iterator[Fault]:
        field = self._field
        if kind is ChangeKind.SERIAL_DATE:
            message = wording.serial_date(field.title, text, value)
            yield Fault(IssueCode.SERIAL_DATE, field.name, message)
        if kind is ChangeKind.DIGITS:
            message = wording.letters_for_digits(field.title)
            yield Fault(IssueCode.LETTERS_FOR_DIGITS, field.name, message)

    def _suspicions(self, value: str) -> Iterator[Fault]:
        field = self._field
        of_number = field.form in {"credit-code", "identity"} or self._converts
        if of_number and len(value) == _CODE_LENGTH and value.isdigit() and value[15:] == "000":
            yield Fault(IssueCode.SUSPECT_ZEROS, field.name, wording.suspect_zeros(field.title))


# A column's index, its field, the cells that are known of it, and what cleans the others.
Step = tuple[int, str, dict[str, Cell], CellCleaner]


class Cells:
    """The cells of one row: values, JSON members, the sum of bits, and what is to be told."""

    __slots__ = ("bits", "members", "remarks", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.members: list[str] = []
        self.bits = 0
        self.remarks: list[tuple[str, Remark]] = []


def read_cells(plan: tuple[Step, ...], cells: list[str]) -> Cells:
    """Clean the cells of a row; the innermost loop of the platform."""
    read = Cells()
    values, members, bits = read.values, read.members, 0
    for index, name, known, cleaner in plan:
        if cell := cells[index]:
            value, member, cell_bits, remark = known.get(cell) or cleaner.clean(cell)
            if value:
                values[name] = value
                members.append(member)
                bits |= cell_bits
            if remark is not None:
                for tally in remark.tallies:
                    tally.cells += 1
                if remark.tells:
                    read.remarks.append((name, remark))
    read.bits = bits
    return read


def _tidied(cell: str, text: str) -> tuple[ChangeKind, ...]:
    """Tell what tidying changed."""
    if cell == text:
        return ()
    seen = INVISIBLE.sub("", cell)
    mapped = seen.translate(LATER)
    told = (
        (ChangeKind.REMOVED, seen != cell),
        (ChangeKind.WIDTH, mapped != seen),
        (ChangeKind.WHITE_SPACE, text != mapped),
    )
    return tuple(kind for kind, is_so in told if is_so)


def _respelled(form: str, text: str, value: str) -> ChangeKind:
    """Tell what a normaliser changed."""
    kind = _FORM_KINDS[form]
    if kind is ChangeKind.WHITE_SPACE:
        return kind
    plain = narrow(text)
    if kind is ChangeKind.DATE and is_serial(text):
        return ChangeKind.SERIAL_DATE
    if form == "credit-code" and code(text) != value:
        return ChangeKind.DIGITS
    return ChangeKind.WIDTH if plain == value else kind
