"""Where a local cloud keeps its state, and whether one is running there."""

import fcntl
import json
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """Where one local cloud keeps what it needs; with `keep`, its state outlives it."""

    path: Path
    log: Path
    keep: bool = False

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def files(self) -> Path:
        return self.path / "s3"

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"

    @property
    def whole(self) -> Path:
        """The mark that the last stop saved everything."""
        return self.path / "whole"

    def holder(self) -> int | None:
        """Return the process that runs a cloud here, or `None`; not what a crash left."""
        try:
            with (self.path / "lock").open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return int(json.loads(lock.read())["pid"])
        except (FileNotFoundError, json.JSONDecodeError, KeyError):
            return None
        return None

    def prepare(self, *, fresh: bool = False) -> bool:
        """Make the folder ready for a start; return whether the state of the last run is used."""
        kept = self.keep and not fresh and self.whole.exists()
        if not kept:
            shutil.rmtree(self.state, ignore_errors=True)
            shutil.rmtree(self.files, ignore_errors=True)
        self.whole.unlink(missing_ok=True)
        shutil.rmtree(self.temporary, ignore_errors=True)
        for folder in (self.state, self.files, self.temporary, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        _forget_stream_positions(self.state / "lambda.json")
        return kept


def _forget_stream_positions(saved: Path) -> None:
    """Let stream mappings begin anew: MiniStack saves where they stood, but not the streams."""
    if not saved.exists():
        return
    state = json.loads(saved.read_text())
    positions = state.get("payload", {}).get("dynamodb_stream_positions", {})
    if positions.get("data"):
        positions["data"] = {}
        saved.write_text(json.dumps(state))
