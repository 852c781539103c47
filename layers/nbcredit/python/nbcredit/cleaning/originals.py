"""The rows of a file as their provider wrote them, under their own headers (A5.3, A8.5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbcredit.cleaning.engine import headed
from nbcredit.cleaning.tables import open_table
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import Issue
from nbcredit.domain.submissions import FileFormat
from nbcredit.usecases.returned_rows import OriginalRow


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file that was read before; iterating it once yields its rows in order.

    `fields` tells which column each field, or reserved column, stands in.
    """

    titles: tuple[str, ...]
    fields: Mapping[str, int]
    rows: Iterator[OriginalRow]


@dataclass(frozen=True, slots=True)
class Originals:
    """Reads files again without cleaning them."""

    def open(
        self,
        blocks: Iterable[bytes],
        *,
        form: FileFormat,
        encoding: str,
        item: Item,
        others: Iterable[Item],
    ) -> OriginalFile:
        table = open_table(blocks, form=form, encoding=encoding, item=item)
        header, records = headed(table, item, others, form=form)
        return OriginalFile(
            titles=header.titles,
            fields={column.field: column.index for column in header.columns},
            rows=(
                OriginalRow(number, None if isinstance(cells, Issue) else tuple(cells))
                for number, cells in records
            ),
        )
