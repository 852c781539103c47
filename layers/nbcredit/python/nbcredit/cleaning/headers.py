"""From the provider's header cells to the fields of an item, whatever their order and spelling."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final, NamedTuple

from nbcredit.cleaning.normalising import narrow, tidy
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.reading import MAX_COLUMNS
from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.reserved import FEEDBACK, RESERVED, UNREAD_HEADERS
from nbcredit.domain.submissions import FileRefused

_DROPPED: Final = re.compile(r"[\s*“”\"'：:]+")
_UNITS: Final = ("元", "万元")
# What lists separate their columns by where it is no comma.
_SEPARATORS: Final[Mapping[str, str]] = {
    ";": "分号",
    "；": "中文分号",
    "|": "竖线",
    "，": "中文逗号",
}
_UNIT: Final = re.compile(r"\((万?元)\)$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read: where it stands, what the provider calls it, and its field.

    `given_in` is the unit of an amount where the header names another one than the item.
    """

    index: int
    header: str
    field: str
    letter: str
    given_in: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The mapped header and the row it stands in; `titles` are those of ignored columns as well."""

    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    issues: tuple[Issue, ...]
    row: int = 1
    lettered: bool = True

    @property
    def width(self) -> int:
        return len(self.titles)

    @property
    def is_returned(self) -> bool:
        """Whether the rows are those of a feedback, in the form that the platform gave them."""
        folds = set(map(folded, self.titles))
        return folds >= _UNREAD and any(each.field == FEEDBACK for each in self.columns)

    @property
    def places(self) -> Mapping[str, Place]:
        """Return where each field stands."""
        return {each.field: Place(each.letter, each.header) for each in self.columns}


def column_letter(index: int) -> str:
    """Return the letters a spreadsheet shows for the column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def folded(header: str) -> str:
    """Fold what does not tell two headers apart: width, space, case, quotes and asterisks."""
    return _DROPPED.sub("", narrow(tidy(header))).casefold()


def other_separator(cells: Sequence[str]) -> str:
    """Return what separates the columns of a header that came as one cell, else nothing."""
    (line, *more) = [cell for cell in cells if tidy(cell)] or [""]
    counts = {name: line.count(mark) for mark, name in _SEPARATORS.items()}
    name = max(counts, key=counts.__getitem__)
    return name if counts[name] > 1 and not more else ""


def not_separated(name: str, *, row: int) -> str:
    """Say what to do where columns are separated by something else than a comma."""
    return (
        f"第 {row} 行用{name}分隔：请改用英文逗号分隔，或另存为 Excel 工作簿（.xlsx）后重新上传。"
    )


def names_of(item: Item) -> Mapping[str, str]:
    """Return the field of each header the item knows, folded.

    An amount is also known under its other unit, which its values are then converted from.
    """
    names = {
        folded(spelling): field.name
        for field in item.fields.values()
        for spelling in (field.title, field.name, *field.aliases)
    }
    for field in item.fields.values():
        if field.form == "amount":
            for spelling in (field.title, *field.aliases):
                stem = _UNIT.sub("", folded(spelling))
                for unit in _UNITS:
                    names.setdefault(f"{stem}({unit})", field.name)
    return names


# The platform's own columns, which an item's header goes before.
_RESERVED: Final = {
    folded(spelling): field.name
    for field in RESERVED.values()
    for spelling in (field.title, *field.aliases)
}
_UNREAD: Final = frozenset(map(folded, UNREAD_HEADERS))


def _given_in(header: str, field: Field) -> str:
    named = _UNIT.search(folded(header))
    if field.form != "amount" or named is None or named[1] == field.schema["x-unit"]:
        return ""
    return named[1]


class Leading(NamedTuple):
    """A row that may be the header: its number and its cells."""

    row: int
    cells: Sequence[str]


def find_header(
    leading: Sequence[Leading], item: Item, *, others: Iterable[Item] = (), lettered: bool = True
) -> Header:
    """Find and map the header among the first rows; raise `FileRefused` where there is none.

    Rows above it are told. A header over two rows has a group of columns above, its columns below:
    it is read where only both together name what is required, or where the lower row has nothing
    but names and adds to the upper one's.
    """
    names, required = names_of(item), frozenset(item.schema.get("required", ()))
    best, most = 0, -1
    for place, candidate in enumerate(leading):
        known = _known(candidate.cells, names)
        below = leading[place + 1].cells if place + 1 < len(leading) else ()
        both = _over(candidate.cells, below)
        together = _known(both, names)
        goes_on = not known >= required or (
            len(together) > len(known) and _names_only(below, names)
        )
        if known and goes_on and together >= required:
            return _mapped(leading, place + 1, both, item, others, lettered=lettered, first=place)
        if known >= required:
            return _mapped(leading, place, candidate.cells, item, others, lettered=lettered)
        if len(known) > most and any(map(tidy, candidate.cells)):
            best, most = place, len(known)
    return _mapped(leading, best, leading[best].cells, item, others, lettered=lettered)


def _known(cells: Sequence[str], names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(names[header] for cell in cells if (header := folded(cell)) in names)


def _names_only(cells: Sequence[str], names: Mapping[str, str]) -> bool:
    """Tell whether nothing but headers stands in a row, which then is no data."""
    return all(
        header in names or header in _RESERVED or header in _UNREAD
        for cell in cells
        if (header := folded(cell))
    )


def _over(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Return the lower cells, and the upper ones where nothing stands below them."""
    return [
        lower if tidy(lower) else upper for upper, lower in zip_longest(above, below, fillvalue="")
    ]


def _mapped(
    leading: Sequence[Leading],
    place: int,
    cells: Sequence[str],
    item: Item,
    others: Iterable[Item],
    *,
    lettered: bool,
    first: int | None = None,
) -> Header:
    row = leading[place].row
    header = map_header(cells, item, others=others, row=row, lettered=lettered)
    above = [
        each for each in leading[: place if first is None else first] if any(map(tidy, each.cells))
    ]
    notes = [_above(above[-1].row, row)] if above else []
    return replace(header, issues=(*notes, *header.issues))


def map_header(
    cells: Sequence[str],
    item: Item,
    *,
    others: Iterable[Item] = (),
    row: int = 1,
    lettered: bool = True,
) -> Header:
    """Map the cells of a header; raise `FileRefused` where the rows could not be told.

    Columns are `lettered` where a spreadsheet shows them so.
    """
    shown = [tidy(cell) for cell in cells]
    while shown and not shown[-1]:
        shown.pop()
    if len(shown) > MAX_COLUMNS:
        raise FileRefused([_too_many(len(shown), row)])

    names = names_of(item)
    columns: list[Column] = []
    ignored: list[Issue] = []
    for index, header in enumerate(shown):
        letter = column_letter(index) if lettered else ""
        plain = folded(header)
        name = names.get(plain) if header else None
        if name is not None:
            given_in = _given_in(header, item.fields[name])
            columns.append(Column(index, quoted(header), name, letter, given_in))
        elif plain in _RESERVED:
            columns.append(Column(index, quoted(header), _RESERVED[plain], letter))
        elif plain not in _UNREAD:
            ignored.append(_ignored(letter, header, row))

    missing = _missing(columns, item, shown, others, row, lettered=lettered)
    faults = [*_repeated(columns, item, row), *missing]
    if faults:
        raise FileRefused(faults)
    return Header(tuple(columns), tuple(shown), tuple(ignored), row, lettered)


def _repeated(columns: Sequence[Column], item: Item, row: int) -> Iterable[Issue]:
    seen: dict[str, Column] = {}
    for column in columns:
        first = seen.setdefault(column.field, column)
        if first is not column:
            yield Issue(
                code=IssueCode.REPEATED_COLUMN,
                row=row,
                column=column.letter,
                header=column.header,
                field=column.field,
                message=(
                    f"{_told(first)}和 {_told(column)}都是“{_title(column.field, item)}”"
                    "：请只保留一列。"
                ),
            )


def _title(name: str, item: Item) -> str:
    return (RESERVED.get(name) or item.fields[name]).title


def _told(column: Column) -> str:
    return f"{column.letter} 列" if column.letter else f"“{column.header}”"


def _missing(
    columns: Sequence[Column],
    item: Item,
    shown: Sequence[str],
    others: Iterable[Item],
    row: int,
    *,
    lettered: bool,
) -> Iterable[Issue]:
    present = {column.field for column in columns}
    missing = [name for name in item.schema.get("required", ()) if name not in present]
    if not missing:
        return
    titles = "、".join(item.fields[name].title for name in missing)
    known = [column for column in columns if column.field not in RESERVED]
    other = _recognised(shown, item, others, known=len(known))
    if other is not None:
        yield _unknown(
            row,
            f"表头像是“{other.name}”，不是“{item.name}”：请改报到目录项“{other.name}”，"
            "或换成正确的文件。",
        )
    elif not known and lettered and (separator := other_separator(shown)):
        yield _unknown(row, not_separated(separator, row=row))
    elif not known and lettered:
        yield _unknown(
            row,
            f"第 {row} 行没有认出“{item.name}”的任何列名：第一行应为列名，请使用本目录项的模板；"
            f"必填的列有 {titles}。",
        )
    elif not known:
        yield _unknown(
            row,
            f"没有认出“{item.name}”的任何字段：每行应为一个 JSON 对象，"
            f"字段名请用本目录项模板的列名；必填的有 {titles}。",
        )
    else:
        yield Issue(
            code=IssueCode.MISSING_COLUMN,
            row=row,
            message=f"缺少必填的列：{titles}。请补上后重新上传。",
        )


def _recognised(
    shown: Sequence[str], item: Item, others: Iterable[Item], *, known: int
) -> Item | None:
    spelled = {folded(header) for header in shown if header}
    for other in others:
        if other.code == item.code:
            continue
        names = names_of(other)
        found = {names[header] for header in spelled if header in names}
        if len(found) > known and found.issuperset(other.schema.get("required", ())):
            return other
    return None


def _unknown(row: int, message: str) -> Issue:
    return Issue(code=IssueCode.UNKNOWN_HEADER, row=row, message=message)


def _above(last: int, row: int) -> Issue:
    rows = f"第 {last} 行" if last == 1 else f"第 {last} 行及以上的行"
    return Issue(
        code=IssueCode.ROWS_ABOVE_HEADER,
        row=last,
        message=f"{rows}不是表头，没有读取；表头在第 {row} 行。",
    )


def _ignored(letter: str, header: str, row: int) -> Issue:
    told = f"“{quoted(header)}”不在目录项中" if header else "没有列名"
    place = f"{letter} 列" if letter else ""
    return Issue(
        code=IssueCode.IGNORED_COLUMN,
        row=row,
        column=letter,
        header=quoted(header),
        message=f"{place}{told}，这一列没有读取：如果需要报送，请核对列名。",
    )


def _too_many(count: int, row: int) -> Issue:
    return Issue(
        code=IssueCode.TOO_MANY_COLUMNS,
        row=row,
        message=f"第 {row} 行有 {count} 列，最多 {MAX_COLUMNS} 列：请检查分隔符或使用模板。",
    )
