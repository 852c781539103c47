"""From the provider's header cells to the fields of an item, whatever their order and spelling."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.cleaning.normalising import narrow, tidy
from nbcredit.cleaning.reading import MAX_COLUMNS
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.submissions import FileRefused

_DROPPED: Final = re.compile(r"[\s*“”\"'：:]+")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read: where it stands, what the provider calls it, and its field."""

    index: int
    header: str
    field: str

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """The mapped header; `width` counts the provider's columns, ignored ones included."""

    columns: tuple[Column, ...]
    width: int
    issues: tuple[Issue, ...]

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


def names_of(item: Item) -> Mapping[str, str]:
    """Return the field of each header the item knows, folded."""
    return {
        folded(spelling): field.name
        for field in item.fields.values()
        for spelling in (field.title, field.name, *field.aliases)
    }


def map_header(cells: Sequence[str], item: Item, *, others: Iterable[Item] = ()) -> Header:
    """Map the first record; raise `FileRefused` where the rows could not be told."""
    shown = [tidy(cell) for cell in cells]
    while shown and not shown[-1]:
        shown.pop()
    if len(shown) > MAX_COLUMNS:
        raise FileRefused([_too_many(len(shown))])

    names = names_of(item)
    columns: list[Column] = []
    ignored: list[Issue] = []
    for index, header in enumerate(shown):
        field = names.get(folded(header)) if header else None
        if field is None:
            ignored.append(_ignored(index, header))
        else:
            columns.append(Column(index, header[:_SHOWN], field))

    faults = [*_repeated(columns, item), *_missing(columns, item, shown, others)]
    if faults:
        raise FileRefused(faults)
    return Header(tuple(columns), len(shown), tuple(ignored))


def _repeated(columns: Sequence[Column], item: Item) -> Iterable[Issue]:
    seen: dict[str, Column] = {}
    for column in columns:
        first = seen.setdefault(column.field, column)
        if first is not column:
            yield Issue(
                code=IssueCode.REPEATED_COLUMN,
                row=1,
                column=column.letter,
                header=column.header,
                field=column.field,
                message=(
                    f"{first.letter} 列和 {column.letter} 列都是“{item.fields[column.field].title}”"
                    "：请只保留一列。"
                ),
            )


def _missing(
    columns: Sequence[Column], item: Item, shown: Sequence[str], others: Iterable[Item]
) -> Iterable[Issue]:
    present = {column.field for column in columns}
    missing = [name for name in item.schema.get("required", ()) if name not in present]
    if not missing:
        return
    other = _recognised(shown, item, others, known=len(columns))
    if other is not None:
        yield _unknown(
            f"表头像是“{other.name}”，不是“{item.name}”：请改报到目录项“{other.name}”，"
            "或换成正确的文件。"
        )
    elif not columns:
        yield _unknown(
            f"第 1 行没有认出“{item.name}”的任何列名：第 1 行应为列名，各列用英文逗号分隔，"
            "请使用本目录项的模板。"
        )
    else:
        titles = "、".join(item.fields[name].title for name in missing)
        yield Issue(
            code=IssueCode.MISSING_COLUMN,
            row=1,
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


def _unknown(message: str) -> Issue:
    return Issue(code=IssueCode.UNKNOWN_HEADER, row=1, message=message)


def _ignored(index: int, header: str) -> Issue:
    letter = column_letter(index)
    told = f"“{header[:_SHOWN]}”不在目录项中" if header else "没有列名"
    return Issue(
        code=IssueCode.IGNORED_COLUMN,
        row=1,
        column=letter,
        header=header[:_SHOWN],
        message=f"{letter} 列{told}，这一列没有读取：如果需要报送，请核对列名。",
    )


def _too_many(count: int) -> Issue:
    return Issue(
        code=IssueCode.TOO_MANY_COLUMNS,
        row=1,
        message=f"第 1 行有 {count} 列，最多 {MAX_COLUMNS} 列：请检查分隔符或使用模板。",
    )
