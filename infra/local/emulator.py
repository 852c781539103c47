"""The process that runs MiniStack; `cloud.py` starts it as a script.

It holds the lock of its folder as long as it lives, ends with its parent (whose end closes the
standard input), leaves no Lambda worker behind, and marks its state as whole when it has saved it.
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

ALREADY_RUNNING: Final = 75
# Saving takes a minute or two where there are 200,000 records; one that hangs is ended.
_PATIENCE_SECONDS: Final = 600


def _hold_lock(path: Path) -> int:
    """Take the folder's lock or leave; the kernel gives it back however this process ends."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(10):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            # Somebody may only be looking whether it is held.
            time.sleep(0.05)
    else:
        sys.exit(ALREADY_RUNNING)
    os.ftruncate(lock, 0)
    os.write(lock, json.dumps({"pid": os.getpid()}).encode())
    return lock


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _end_workers() -> None:
    """End what is left of this process group, which holds the Lambda workers and nothing else."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)


def main(folder: Path) -> None:
    lock = _hold_lock(folder / "lock")
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    from ministack.app import main as serve  # noqa: PLC0415 -- reads its settings when imported

    sys.argv = ["ministack"]
    try:
        serve()
    finally:
        _end_workers()
    (folder / "whole").touch()
    os.close(lock)
    # Threads that wait for work would keep a normal exit waiting.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
