"""Cleans and judges the rows of one item: the innermost loop of the platform."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from nbcredit.cleaning import wording
from nbcredit.cleaning.cells import CellCleaner, Cells, Step, member_of, read_cells
from nbcredit.cleaning.checking import Fault
from nbcredit.cleaning.duplicates import Duplicates, Earlier
from nbcredit.cleaning.headers import Header, column_letter
from nbcredit.cleaning.normalising import DAY_ZERO_1900, tidy
from nbcredit.cleaning.reading import Record
from nbcredit.cleaning.row_checking import RowChecker, Verdict
from nbcredit.cleaning.rules import compile_cell_rules, compile_converters, compile_row_rules
from nbcredit.domain.catalogue import RESIDENT_ID, Item
from nbcredit.domain.cell_changes import CellChange, ChangeCounts, ChangeKind
from nbcredit.domain.issues import Issue, IssueCode, Severity
from nbcredit.domain.names import matching_form
from nbcredit.domain.reserved import FEEDBACK, RESERVED
from nbcredit.domain.rows import CleanedRow, Outcome, Row

# Their clean values are compared as they are.
_EXACT: Final = frozenset({"credit-code", "date", "open-date", "month", "amount", "choice"})

# What a named tuple's own constructor calls in the end, at a third of the price.
_new: Final = tuple.__new__


class RowCleaner:
    """Cleans the rows below one header; pure but for its caches and its counts of changes."""

    def __init__(
        self, item: Item, header: Header, *, today: date, day_zero: date = DAY_ZERO_1900
    ) -> None:
        self._fields = {**item.fields, **RESERVED}
        self._header = header
        self._columns = {column.field: column for column in header.columns}
        self._checker = RowChecker(item, compile_row_rules(item, today=today))
        self._converters = compile_converters(item)
        self._natural_key = tuple(
            (name, item.fields[name].form not in _EXACT) for name in item.natural_key
        )
        self._cells = dict(self._cleaners(item, today, day_zero))
        # The natural key comes first, so that the rest of a row's text is what it says of it; last
        # what is no part of that.
        self._order = (
            *item.natural_key,
            *(name for name in item.fields if name not in item.natural_key),
            *RESERVED,
        )
        self._plan: tuple[Step, ...] = tuple(
            (self._columns[name].index, name, cleaner.known, cleaner)
            for name in self._order
            if name in self._columns
            for cleaner in (self._cells[name],)
        )

    def _cleaners(
        self, item: Item, today: date, day_zero: date
    ) -> Iterator[tuple[str, CellCleaner]]:
        required = frozenset(item.schema.get("required", ()))
        rules = list(compile_cell_rules(item, today=today))
        for name, field in self._fields.items():
            column = self._columns.get(name)
            yield (
                name,
                CellCleaner(
                    field,
                    required=name in required,
                    bits=self._checker.bits,
                    rules=[rule for other, rule in rules if other == name],
                    converts=name in self._converters,
                    day_zero=day_zero,
                    given_in=column.given_in if column else "",
                ),
            )

    @property
    def changes(self) -> ChangeCounts:
        """Return how many cells of each column were changed so far, by the kind of change."""
        return {name: counts for name, cell in self._cells.items() if (counts := cell.counts)}

    def clean(self, records: Iterable[Record], seen: Duplicates) -> Iterator[CleanedRow]:
        """Yield what became of each record; `seen` has the accepted rows before and gets these."""
        width = self._header.width
        for number, cells in records:
            if not isinstance(cells, list):
                yield CleanedRow(number, None, Outcome.REJECTED, (cells,))
                continue
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            read = read_cells(self._plan, cells)
            if not read.values and not any(map(tidy, cells)):
                changes = tuple(self._listed_of(number, cells, read))
                yield CleanedRow(number, None, Outcome.BLANK, (), changes)
                continue
            verdict = self._checker.verdict(read.bits)
            if read.remarks or len(cells) > width or not _is_clean(verdict, read.values):
                yield self._told(number, cells, read, seen)
                continue
            key, digest = self._identity(read.values, verdict, read.members)
            earlier = seen.see(key, digest, number)
            if earlier is None:
                row = _new(Row, (number, read.values, "{" + ",".join(read.members) + "}"))
                yield _new(CleanedRow, (number, row, None, (), ()))
            else:
                yield self._repeated(number, earlier)

    def remember(self, row: Row, seen: Duplicates) -> None:
        """Enter a row that was accepted before, when a file is taken up after a checkpoint."""
        values = {name: row.values[name] for name in self._order if name in row.values}
        verdict = self._checker.verdict(self._checker.bits.of_row(values))
        key, digest = self._identity(values, verdict, self._members(values))
        seen.see(key, digest, row.number)

    def _members(self, values: Mapping[str, str]) -> list[str]:
        return [member_of(name, values[name]) for name in self._order if name in values]

    def _identity(
        self, values: Mapping[str, str], verdict: Verdict, members: list[str]
    ) -> tuple[int, int]:
        """Return the hash of what makes the row's record, and that of what it says of it.

        A record is its subject and its natural key, whose spelling is no part of what it says.
        """
        parts: list[str] = []
        owner = verdict.owner
        if owner is not None:
            kind = owner.document_type
            parts.append(owner.kind)
            parts.append("" if kind is None else values.get(kind, RESIDENT_ID))
            parts.append(values[owner.number])
        elif verdict.named is not None:
            parts.append("named")
            parts.append(matching_form(values[verdict.named.name or ""]))
        spelled = 0
        for name, folds in self._natural_key:
            value = values.get(name)
            if value is not None:
                spelled += 1
                parts.append(matching_form(value) if folds else value)
            else:
                parts.append("")
        said = members[spelled:-1] if FEEDBACK in values else members[spelled:]
        return hash("\n".join(parts)), hash(tuple(said))

    def _told(self, number: int, cells: Sequence[str], read: Cells, seen: Duplicates) -> CleanedRow:
        """Return a row of which something is to be told, rejected or not."""
        issues, changes, verdict = self._judged(number, cells, read)
        if any(issue.severity is Severity.ERROR for issue in issues):
            return CleanedRow(number, None, Outcome.REJECTED, issues, changes)
        members = self._members(read.values)
        key, digest = self._identity(read.values, verdict, members)
        earlier = seen.see(key, digest, number)
        if earlier is not None:
            return self._repeated(number, earlier, issues, changes)
        row = Row(number, read.values, "{" + ",".join(members) + "}")
        return CleanedRow(number, row, None, issues, changes)

    def _judged(
        self, number: int, cells: Sequence[str], read: Cells
    ) -> tuple[tuple[Issue, ...], tuple[CellChange, ...], Verdict]:
        """Convert in place, then judge; what is wrong in itself is not judged against others."""
        values = read.values
        faults: list[Fault] = []
        notes: list[Fault] = []
        changes = list(self._listed_of(number, cells, read))
        for name, remark in read.remarks:
            if remark.fault is not None:
                faults.append(remark.fault)
            notes += remark.notes
            if remark.converts and (conversion := self._converters[name](values)) is not None:
                values[name] = conversion.number
                notes.insert(0, conversion.note)
                self._cells[name].tally(conversion.kind).cells += 1
                kinds = (conversion.kind,)
                changes += self._listed(number, cells, name, conversion.number, kinds)
        bits = self._checker.bits.of_row(values)
        verdict = self._checker.verdict(bits)
        unsound = {fault.field for fault in faults}
        found = [*notes, *faults]
        found += (fault for fault in verdict.faults if fault.field not in unsound)
        looked = (check(values) for check in verdict.checks)
        found += (fault for fault in looked if fault is not None and fault.field not in unsound)
        sound = verdict
        if unsound:
            kept = {name: value for name, value in values.items() if name not in unsound}
            sound = self._checker.verdict(self._checker.bits.of_row(kept))
        found += (fault for rule in sound.rules if (fault := rule(values)) is not None)
        if verdict.named is not None and set(filter(_is_error, found)) <= set(verdict.faults):
            found = [fault for fault in found if not _is_error(fault)]
            missing = self._fields[verdict.named.number]
            message = wording.compared_by_name(missing)
            found.append(Fault(IssueCode.NO_IDENTIFIER, missing.name, message))
        refused = {fault.field for fault in filter(_is_error, found)}
        found = [each for each in found if not (_is_doubt(each) and each.field in refused)]
        issues = (*self._issues(number, cells, values, found), *self._surplus(number, cells))
        return issues, tuple(changes), verdict

    def _listed_of(self, number: int, cells: Sequence[str], read: Cells) -> Iterator[CellChange]:
        for name, remark in read.remarks:
            became = read.values.get(name, "")
            yield from self._listed(number, cells, name, became, remark.changes)

    def _listed(
        self,
        number: int,
        cells: Sequence[str],
        name: str,
        became: str,
        kinds: Iterable[ChangeKind],
    ) -> Iterator[CellChange]:
        field, column = self._fields[name], self._columns[name]
        for kind in kinds:
            if kind.is_listed:
                yield CellChange(
                    kind=kind,
                    row=number,
                    column=column.letter,
                    header=column.header,
                    field=name,
                    was=wording.shown(cells[column.index], field),
                    became=wording.shown(became, field),
                )

    def _issues(
        self,
        number: int,
        cells: Sequence[str],
        values: Mapping[str, str],
        faults: Iterable[Fault],
    ) -> tuple[Issue, ...]:
        told: dict[tuple[str, IssueCode], Issue] = {}
        for fault in faults:
            if (fault.field, fault.code) in told:
                continue
            field, column = self._fields[fault.field], self._columns.get(fault.field)
            raw = tidy(cells[column.index]) if column else values.get(fault.field, "")
            told[fault.field, fault.code] = Issue(
                code=fault.code,
                row=number,
                column=column.letter if column else "",
                header=column.header if column else field.title,
                field=fault.field,
                value=wording.shown(raw, field),
                message=fault.message,
            )
        return tuple(told.values())

    def _surplus(self, number: int, cells: Sequence[str]) -> Iterator[Issue]:
        for index in range(self._header.width, len(cells)):
            if tidy(cells[index]):
                yield _surplus(number, column_letter(index) if self._header.lettered else "")
                return

    def _repeated(
        self,
        number: int,
        earlier: Earlier,
        issues: tuple[Issue, ...] = (),
        changes: tuple[CellChange, ...] = (),
    ) -> CleanedRow:
        if earlier.same:
            code, outcome = IssueCode.REPEATED_ROW, Outcome.DUPLICATE
            message = f"与第 {earlier.row} 行重复，只入库一次：不用处理。"
        else:
            code, outcome = IssueCode.CONFLICTING_ROWS, Outcome.REJECTED
            message = (
                f"与第 {earlier.row} 行是同一条记录（主体和编号相同）但内容不同，以第 {earlier.row}"
                " 行为准：请核对后只保留正确的一行。"
            )
        issue = Issue(code=code, row=number, message=message)
        placed = issue.at(self._natural_key[0][0], self._header.places)
        return CleanedRow(number, None, outcome, (*issues, placed), changes)


def _is_error(fault: Fault) -> bool:
    return fault.code.severity is Severity.ERROR


def _is_doubt(fault: Fault) -> bool:
    """Tell whether it says of a number that it may have lost digits, and is stored nevertheless."""
    return fault.code is IssueCode.SUSPECT_ZEROS


def _is_clean(verdict: Verdict, values: Mapping[str, str]) -> bool:
    """Tell whether a row of right cells is right as a whole."""
    if verdict.faults:
        return False
    for looks in (verdict.checks, verdict.rules):
        for look in looks:
            if look(values) is not None:
                return False
    return True


def _surplus(number: int, letter: str) -> Issue:
    if letter:
        message = (
            f"第 {number} 行比表头多出内容（从 {letter} 列起）：内容中有英文逗号时请用英文"
            "双引号把整个单元格括起来，或删去多余的单元格。"
        )
    else:
        message = (
            f"第 {number} 行有文件开头的行中没有出现过的字段：请让每行的字段一致，"
            "或把字段最全的一行放在开头。"
        )
    return Issue(code=IssueCode.EXTRA_CELLS, row=number, column=letter, message=message)
