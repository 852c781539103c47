"""`python -m infra.kernel build` compiles the kernel; `check` removes one that is out of date."""

import sys
import time

from infra.kernel.building import build, lacking
from infra.kernel.modules import compiled, drop, is_fresh


def main(wish: str) -> int:
    if is_fresh():
        return 0
    if wish == "check":
        drop()
        return 0
    began = time.monotonic()
    missing = lacking()
    if missing:
        drop()
        print(f"The engine runs as plain Python: there is no {missing} to compile its kernel with.")
        return 0
    if not build():
        drop()
        return 1
    size = sum(path.stat().st_size for path in compiled()) / 1e6
    print(f"kernel compiled in {time.monotonic() - began:.0f} s, {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
