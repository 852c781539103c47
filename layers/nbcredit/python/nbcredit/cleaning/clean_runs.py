"""The engine over a file on this machine, offline: clean rows, problems and counts (A8.2, A8.5)."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, TextIO

from nbcredit.cleaning.clean_summaries import CleanRun, ColumnChange, Counts
from nbcredit.cleaning.engine import OpenFile, open_file
from nbcredit.cleaning.sniffing import FileFacts, inspect
from nbcredit.domain.catalogue import Item
from nbcredit.domain.errors import Conflict
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileRefused
from nbcredit.usecases.issue_lists import CHANGE_COLUMNS, IssueList, change_cells

ROWS_FILE: Final = "clean.ndjson"
ISSUES_FILE: Final = "issues.csv"
CHANGES_FILE: Final = "changes.csv"
SUMMARY_FILE: Final = "summary.json"
# The summary comes last: where it is, all the others are of the same run.
_RESULTS: Final = (ROWS_FILE, ISSUES_FILE, CHANGES_FILE, SUMMARY_FILE)
_BLOCK: Final = 1 << 20
_BATCH: Final = 1_000


class OverItself(Conflict):
    """A result would be written over the file it is made from."""

    code = "over-itself"

    def __init__(self, source: Path) -> None:
        super().__init__(f"结果会覆盖要检查的文件 {source}：请用 --out 指定另一个文件夹。")


class ResultInUse(Conflict):
    """An earlier result cannot be replaced; on Windows it is open in a spreadsheet program."""

    code = "result-in-use"

    def __init__(self, path: Path) -> None:
        super().__init__(f"不能替换 {path}：它可能正在 Excel 中打开，请关闭后重新检查。")


def clean_file(
    source: Path,
    *,
    item: Item,
    others: Iterable[Item],
    today: date,
    out: Path,
    watch: Callable[[int], object] = lambda _count: None,
) -> CleanRun:
    """Clean a file into a folder; all results are there at its end, or the earlier ones still are.

    `watch` is told how many bytes were read; each byte is read twice.
    """
    if source.resolve() in {(out / name).resolve() for name in _RESULTS}:
        raise OverItself(source)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".clean-", dir=out) as made:
        work = _Work(Path(made), source, item, tuple(others), today, watch)
        run = work.run()
        summary = json.dumps(run.told(), ensure_ascii=False, indent=2)
        (work.folder / SUMMARY_FILE).write_text(f"{summary}\n", encoding="utf-8")
        _replace(work.folder, out)
    return run


@dataclass(frozen=True, slots=True)
class _Work:
    """One run with its temporary folder."""

    folder: Path
    source: Path
    item: Item
    others: tuple[Item, ...]
    today: date
    watch: Callable[[int], object]

    def run(self) -> CleanRun:
        facts = inspect(self._blocks())
        refused, counts = False, Counts()
        with (self.folder / "scratch").open("w+b") as scratch:
            issues = IssueList(scratch)
            try:
                counts = self._cleaned(facts, issues)
            except FileRefused as refusal:
                # Nothing is said of the rows before: they are to be judged in the mended file.
                refused, issues = True, IssueList(scratch)
                issues.add(refusal.issues)
                (self.folder / ROWS_FILE).unlink(missing_ok=True)
                (self.folder / CHANGES_FILE).unlink(missing_ok=True)
            with _spreadsheet(self.folder / ISSUES_FILE) as sheet:
                issues.write(sheet)
        return CleanRun(
            file_name=self.source.name,
            facts=facts,
            item=self.item,
            today=self.today,
            refused=refused,
            counts=counts,
            causes=tuple(issues.causes),
        )

    def _cleaned(self, facts: FileFacts, issues: IssueList) -> Counts:
        if facts.issues:
            raise FileRefused(facts.issues)
        opened = open_file(
            self._blocks(),
            form=facts.format,
            encoding=facts.encoding,
            item=self.item,
            today=self.today,
            others=self.others,
        )
        issues.add(opened.issues)
        listed = self.folder / CHANGES_FILE
        with (self.folder / ROWS_FILE).open("wb") as clean, _spreadsheet(listed) as changes:
            counts = _stream(opened, clean, changes, issues)
        issues.add(opened.closing_issues)
        if not counts.listed:
            listed.unlink()
        return counts

    def _blocks(self) -> Iterator[bytes]:
        with self.source.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
                self.watch(len(block))


def _stream(opened: OpenFile, clean: BinaryIO, changes: TextIO, issues: IssueList) -> Counts:
    """Write what became of each row as it comes."""
    ends = dict.fromkeys((None, Outcome.REJECTED, Outcome.DUPLICATE, Outcome.BLANK), 0)
    table = csv.writer(changes)
    table.writerow(CHANGE_COLUMNS)
    lines: list[str] = []
    listed = 0
    for _, row, outcome, found, changed in opened:
        ends[outcome] += 1
        if row is not None:
            # What the engine has spelled is not spelled again: this is most of the work of a row.
            lines.append(f'{{"row":{row.number},"values":{row.spelled}}}\n')
            if len(lines) == _BATCH:
                clean.write("".join(lines).encode())
                lines.clear()
        if found:
            issues.add(found)
        if changed:
            table.writerows(map(change_cells, changed))
            listed += len(changed)
    clean.write("".join(lines).encode())
    return Counts(
        accepted=ends[None],
        rejected=ends[Outcome.REJECTED],
        duplicate=ends[Outcome.DUPLICATE],
        blank=ends[Outcome.BLANK],
        listed=listed,
        changes=tuple(_column_changes(opened)),
    )


def _column_changes(opened: OpenFile) -> Iterator[ColumnChange]:
    """Yield the counts of changes in the order of the file's columns."""
    counts = opened.changes
    for name, place in opened.columns.items():
        for kind, cells in counts.get(name, {}).items():
            yield ColumnChange(header=place.header, field=name, kind=kind, cells=cells)


def _spreadsheet(path: Path) -> TextIO:
    # Excel knows UTF-8 by its mark only; what UTF-8 cannot spell must not stop the list.
    return path.open("w", encoding="utf-8-sig", errors="replace", newline="")


def _replace(made: Path, out: Path) -> None:
    """Put the new results in the place of the earlier ones, of which none stays."""
    path = out / SUMMARY_FILE
    try:
        path.unlink(missing_ok=True)
        for name in _RESULTS:
            path = out / name
            if (made / name).exists():
                (made / name).replace(path)
            else:
                path.unlink(missing_ok=True)
    except PermissionError as error:
        raise ResultInUse(path) from error
