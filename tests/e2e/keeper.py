"""A process that keeps a local cloud with one warm worker, for a test to kill."""

import io
import sys
import time
import zipfile
from pathlib import Path

from infra.local.cloud import Cloud, free_port
from infra.local.folders import Folder
from infra.local.gateway import Gateway


def warm_a_worker(gateway: Gateway) -> None:
    """Make a function and call it, so that a worker process waits for its next call."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as packed:
        packed.writestr("app.py", "def handler(event, context):\n    return event\n")
    gateway.functions.create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/echo",
        Handler="app.handler",
        Code={"ZipFile": code.getvalue()},
    )
    gateway.functions.invoke(FunctionName="echo", Payload=b"{}")


def main(path: Path) -> None:
    folder = Folder(path=path, log=path / "cloud.log")
    folder.prepare()
    with Cloud.start(folder, port=free_port()) as cloud:
        warm_a_worker(cloud.gateway)
        print(cloud.pid, cloud.port, flush=True)  # noqa: T201 -- read by the test
        time.sleep(600)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
