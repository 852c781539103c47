import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.cloud import Cloud, CloudRunningError, answers, free_port
from infra.local.deploy import ROOT
from infra.local.folders import Folder
from tests.e2e.keeper import warm_a_worker


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(path=tmp_path / "cloud", log=tmp_path / "cloud.log", keep=True)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.keeper", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    pid, port = map(int, process.stdout.readline().split())
    yield process, pid, port
    process.kill()
    process.wait()
    process.stdout.close()


def processes_of(path: Path) -> list[int]:
    """Return the emulator and the workers that belong to a folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = each.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(path) in told and "keeper" not in told:
            found.append(int(each.parent.name))
    return found


def soon(holds: Callable[[], bool], *, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class TestCloud:
    def test_answers_on_loopback_and_stops_with_its_workers(self, folder: Folder) -> None:
        folder.prepare()

        with Cloud.start(folder, port=free_port()) as cloud:
            warm_a_worker(cloud.gateway)
            assert folder.holder() == cloud.pid
            assert answers(cloud.port)
            assert len(processes_of(folder.path)) == 2

        assert folder.holder() is None
        assert processes_of(folder.path) == []
        assert not folder.temporary.exists()

    def test_keeps_what_it_knew_over_a_stop(self, folder: Folder) -> None:
        port = free_port()
        folder.prepare()
        with Cloud.start(folder, port=port) as cloud:
            cloud.gateway.s3.create_bucket(Bucket="kept")
            cloud.gateway.s3.put_object(Bucket="kept", Key="a", Body=b"one")
            cloud.gateway.sqs.create_queue(QueueName="kept")

        assert folder.prepare()
        with Cloud.start(folder, port=port) as cloud:
            assert cloud.gateway.s3.get_object(Bucket="kept", Key="a")["Body"].read() == b"one"
            assert len(cloud.gateway.sqs.list_queues()["QueueUrls"]) == 1

    def test_begins_anew_where_a_crash_left_half_a_state(self, folder: Folder) -> None:
        folder.prepare()
        with Cloud.start(folder, port=free_port()) as cloud:
            cloud.gateway.s3.create_bucket(Bucket="lost")
            os.kill(cloud.pid, signal.SIGKILL)
            assert soon(lambda: not cloud.running)

        assert folder.holder() is None
        assert not folder.prepare()
        with Cloud.start(folder, port=free_port()) as cloud:
            assert cloud.gateway.s3.list_buckets()["Buckets"] == []

    def test_refuses_a_second_one_in_the_same_folder(self, folder: Folder) -> None:
        folder.prepare()
        with Cloud.start(folder, port=free_port()) as first:
            with pytest.raises(CloudRunningError):
                Cloud.start(folder, port=free_port())
            assert answers(first.port)

    @pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
    def test_ends_with_its_parent_however_that_ends(
        self, tmp_path: Path, keeper: tuple[subprocess.Popen[str], int, int]
    ) -> None:
        parent, _, port = keeper
        assert len(processes_of(tmp_path)) == 2

        parent.kill()

        assert soon(lambda: processes_of(tmp_path) == [])
        assert not answers(port)

    @pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
    def test_takes_its_workers_along_when_it_is_killed(
        self, tmp_path: Path, keeper: tuple[subprocess.Popen[str], int, int]
    ) -> None:
        _, emulator, _ = keeper

        os.kill(emulator, signal.SIGKILL)

        assert soon(lambda: processes_of(tmp_path) == [])
