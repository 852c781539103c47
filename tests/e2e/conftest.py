"""One local cloud for all tests of the session: on a free port, its state in a temporary folder."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from infra.local import logs
from infra.local.bringing_up import LocalCloud, local_cloud
from infra.local.cloud import free_port
from infra.local.demonstration.post import Post
from infra.local.folders import Folder
from nbcredit.domain.periods import Period, business_date


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    path = tmp_path_factory.mktemp("cloud")
    with local_cloud(Folder(path=path, log=path / "cloud.log"), port=free_port()) as made:
        yield made
        with (path / "cloud.log").open("a", encoding="utf-8") as told:
            logs.write_problems(made.gateway, told)


@pytest.fixture(scope="session")
def today() -> date:
    return business_date(datetime.now(UTC))  # noqa: TID251 -- the real platform has a real clock


@pytest.fixture(scope="session")
def post(local: LocalCloud, today: date) -> Post:
    return Post(local, Period.of(today).previous())
