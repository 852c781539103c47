"""Print the most memory, in kB, that a peer held: python -m tests.bench.peers.memory PEER FILE."""

import os
import re
import sys
from pathlib import Path

from tests.bench.peers.measured import runner

if __name__ == "__main__":
    name, path = sys.argv[1:]
    with Path(os.devnull).open("wb") as out:
        runner(name)(Path(path), out)
    # Unlike ru_maxrss this is not inherited from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(*re.findall(r"^VmHWM:\s+([0-9]+) kB$", status, re.M))  # noqa: T201 - its answer
