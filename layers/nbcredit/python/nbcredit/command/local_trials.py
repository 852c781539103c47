"""Trying a changed catalogue on files of this machine, by the platform's own engine (A6.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from nbcredit.cleaning.engine import CleaningEngine
from nbcredit.command.deliveries import LocalFile
from nbcredit.command.recognition import item_of
from nbcredit.command.trials import Untried
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.errors import NotFound, Refusal
from nbcredit.domain.submissions import FileRefused
from nbcredit.usecases.catalogue_trials import Trial, count, told
from nbcredit.usecases.trial_counts import Tally, never_read
from nbcredit.wire.trials import TrialView, Tried, trial_view
from nbcredit.wire.views import catalogue_view

_BLOCK: Final = 1 << 20
# What file managers and Excel leave beside the files.
_NOT_REPORTED: Final = (".", "~$")


class NoFiles(NotFound):
    """The folder has nothing to try."""

    code = "no-files"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹 {folder} 中没有文件：请检查 --files。")


class NoHurry:
    """On one's own machine nothing ends a trial before its file."""

    def remaining(self) -> float:
        return float("inf")


@dataclass(frozen=True, slots=True)
class LocalTrials:
    """Tries every file of a folder; its item is that of a folder it lies in, else by the header."""

    folder: Path
    items: Mapping[str, Item]
    today: date

    @classmethod
    def of(
        cls, folder: Path, schemas: Mapping[str, Mapping[str, Any]], *, today: date
    ) -> "LocalTrials":
        items = {code: Item.from_schema(each, version="") for code, each in schemas.items()}
        return cls(folder, items, today)

    def __iter__(self) -> Iterator[TrialView | Untried]:
        paths = [path for path in sorted(self.folder.rglob("*")) if _is_reported(path)]
        if not paths:
            raise NoFiles(self.folder)
        for path in paths:
            name = str(path.relative_to(self.folder))
            try:
                item = self._item_of(path)
            except Refusal as refusal:
                yield Untried(name, str(refusal))
                continue
            yield trial_view(_named(name, item), self._trial(path, item))

    def _item_of(self, path: Path) -> Item:
        for part in path.relative_to(self.folder).parts[:-1]:
            if part in self.items:
                return self.items[part]
        file = LocalFile.read(path)
        catalogue = Catalogue(version="", effective_from=self.today, items=self.items)
        views = catalogue_view(catalogue).items
        return self.items[item_of(path, file.rows, views, oddity=file.oddity).code]

    def _trial(self, path: Path, item: Item) -> Trial:
        engine, tally = CleaningEngine(), Tally(item, never_read)
        facts = engine.inspect(_blocks(path))
        if facts.issues:
            return Trial(before=None, refusal=tuple(facts.issues))
        try:
            reading = engine.read(
                _blocks(path),
                form=facts.format,
                encoding=facts.encoding,
                item=item,
                others=self.items.values(),
                today=self.today,
                skip_rows=0,
                known=(),
            )
            count(reading, tally, deadline=NoHurry())
        except FileRefused as refusal:
            return Trial(before=None, refusal=refusal.issues)
        return told(tally, before=None)


def _is_reported(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(_NOT_REPORTED)


def _named(name: str, item: Item) -> Tried:
    return Tried(
        submission="", provider="", item=item.code, item_name=item.name, period="", file_name=name
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
