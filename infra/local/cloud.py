"""One MiniStack on the loopback interface: started, watched and stopped."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from infra.local.emulator import ALREADY_RUNNING
from infra.local.folders import Folder
from infra.local.gateway import Gateway

_HOST: Final = "127.0.0.1"
_EMULATOR: Final = Path(__file__).with_name("emulator.py")
_START_SECONDS: Final = 300
# MiniStack writes all its tables out as JSON: a minute or two where there are 200,000 records.
_STOP_SECONDS: Final = 600
# What a worker may know of this machine. Everything else, the user's AWS profile first of all,
# stays outside: a function must find on Lambda what it finds here.
_KEPT: Final = ("PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT")


class CloudError(Exception):
    """The local cloud did not start."""


class CloudRunningError(Exception):
    """Another process keeps a local cloud in the same folder."""


def free_port(preferred: int | None = None) -> int:
    """Return the preferred port if nobody listens there, otherwise one that is free now."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
            return int(probe.getsockname()[1])
    raise CloudError("没有可用的端口。")


class Cloud:
    """A running MiniStack, child of this process; use it as a context manager."""

    def __init__(self, folder: Folder, process: subprocess.Popen[bytes], port: int) -> None:
        self._folder = folder
        self._process = process
        self.port = port
        self.gateway = Gateway(f"http://{_HOST}:{port}")

    @classmethod
    def start(cls, folder: Folder, *, port: int) -> Self:
        """Start MiniStack in a folder that is prepared, and wait until it answers."""
        with folder.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", str(_EMULATOR), str(folder.path)],
                cwd=folder.path,
                env=_environment(folder, port),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for the parent, which then stops this one in order.
                start_new_session=True,
            )
        cloud = cls(folder, process, port)
        try:
            cloud._await_answer()
        except BaseException:
            cloud.stop()
            raise
        return cloud

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Let it save its state and go; its Lambda workers go with it."""
        if self.running and self._folder.keep:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
        # Nothing to save, or it hangs, or it crashed and its workers are still in its group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        shutil.rmtree(self._folder.temporary, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _await_answer(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not answers(self.port):
            if not self.running:
                if self._process.returncode == ALREADY_RUNNING:
                    raise CloudRunningError
                raise CloudError(f"本地云没有启动起来，原因见 {self._folder.log}。")
            if time.monotonic() > deadline:
                raise CloudError(
                    f"本地云 {_START_SECONDS} 秒内没有应答，日志见 {self._folder.log}。"
                )
            time.sleep(0.05)


def answers(port: int) -> bool:
    """Return whether a MiniStack answers on the port."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _environment(folder: Folder, port: int) -> Mapping[str, str]:
    """Return what MiniStack and, through it, the functions' workers see."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "BIND_HOST": _HOST,
        "MINISTACK_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": str(int(folder.keep)),
        "S3_PERSIST": str(int(folder.keep)),
        "STATE_DIR": str(folder.state),
        "S3_DATA_DIR": str(folder.files),
        "TMPDIR": str(folder.temporary),
        "LOG_LEVEL": "WARNING",
        "NO_PROXY": _HOST,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # As on Lambda.
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        # Layers bring their .pyc files along; a worker's own folder is gone with it.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
