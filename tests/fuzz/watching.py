"""A watch on every case: it ends in time, and leaves no memory and no file behind."""

import faulthandler
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Final

SECONDS: Final = 20
# What a single case may take at its peak, and a run may keep.
MOST_KILOBYTES: Final = 400_000
_PAGE_KILOBYTES: Final = resource.getpagesize() // 1024


class Hang(BaseException):
    """The case is not done in time."""


@contextmanager
def watched(log: IO[str]) -> Iterator[None]:
    """Raise `Hang` where a case takes too long; where that cannot be caught, end the run."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(3 * SECONDS, exit=True, file=log)
    try:
        yield
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def kilobytes() -> int:
    """Return what the process has in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_KILOBYTES


def peak_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
