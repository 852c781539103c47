"""What a file is reported as: the item, the month, and the file itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.periods import BadPeriod, Period
from nbcredit.pages.frames import Fault
from nbcredit.runtime.work_site.bodies import MOST_FILE_BYTES, SentFile
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.ways import months
from nbcredit.wire.catalogue import CatalogueView, ItemView, ShowCatalogue
from nbcredit.wire.duties import BooksView, ShowDuties

_PURPOSE: Final = "选择报送内容"
MOST: Final = f"{MOST_FILE_BYTES // 1024 // 1024} MB"
# Which fields of the forms the refusals of the calls belong to.
FIELDS: Final[Mapping[str, str]] = {
    "item": "item",
    "period": "period",
    "bad-period": "period",
    "unknown-item": "item",
    "file-too-large": "file",
    "name": "file",
    "content": "file",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, once nothing is missing."""

    item: str
    period: str
    file: SentFile


def items_of(desk: Desk) -> list[ItemView]:
    """Return the items that the catalogue assigns to the member's organisation."""
    catalogue = desk.ask(ShowCatalogue, CatalogueView, purpose=_PURPOSE)
    return [item for item in catalogue.items if desk.organisation in item.providers]


def item_options(desk: Desk) -> list[tuple[str, str]]:
    return [(item.code, item.name) for item in items_of(desk)]


def month_options(desk: Desk) -> list[tuple[str, str]]:
    books = desk.ask(ShowDuties, BooksView, purpose=_PURPOSE, provider=desk.organisation)
    return months(books.today)


def chosen(desk: Desk, *, period: bool = True) -> Chosen | Sequence[Fault]:
    """Return what the form says, or what is wrong with it."""
    fields, file = desk.fields, desk.request.file("file")
    faults = list(_faults(fields, file, period=period))
    if faults or file is None:
        return faults
    return Chosen(fields["item"], fields.get("period", ""), file)


def _faults(fields: Mapping[str, str], file: SentFile | None, *, period: bool) -> Iterator[Fault]:
    if not fields.get("item"):
        yield Fault("请选择目录项。", "item")
    if period and not _is_period(fields.get("period", "")):
        yield Fault("请选择报送期。", "period")
    if file is None:
        yield Fault("请选择文件。", "file")
    elif not file.content:
        yield Fault("文件是空的：请核对选择的文件。", "file")
    elif len(file.content) > MOST_FILE_BYTES:
        yield Fault(f"文件不能超过 {MOST}：请分成几个文件，或者启用 JavaScript 后上传。", "file")


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except BadPeriod:
        return False
    return True
