"""Cleaning a file that came in a call: as `nbcredit clean` does, in a folder that is gone after."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nbcredit.cleaning.clean_runs import clean_file
from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.usecases.file_checks import Checked

_SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class EngineChecks:
    """Runs the engine over the bytes; the name is for the reader alone."""

    def check(
        self, name: str, content: bytes, *, item: Item, catalogue: Catalogue, today: date
    ) -> Checked:
        with TemporaryDirectory(prefix="check-") as folder:
            source = Path(folder) / _SOURCE
            source.write_bytes(content)
            run = clean_file(
                source,
                item=item,
                others=catalogue.items.values(),
                today=today,
                out=Path(folder) / "out",
            )
        return Checked(
            file_name=name,
            item=item,
            size=len(content),
            refused=run.refused,
            counts=run.counts,
            causes=run.causes,
            changes=run.counts.changes,
        )
