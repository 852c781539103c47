"""One browser and one work site, in front of the session's local cloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.local.bringing_up import LocalCloud
from infra.local.cloud import free_port
from infra.local.samples import members
from infra.local.site import Site, site as work_site
from tests.e2e.browser.people import Visitors

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def site(local: LocalCloud) -> Iterator[Site]:
    with work_site(local, port=free_port()) as made:
        yield made


@pytest.fixture(scope="session")
def visitors(
    browser: Browser, site: Site, local: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> Visitors:
    folder: Path = tmp_path_factory.mktemp("members")
    known = {each.name: each for each in members(local, folder=folder)}
    return Visitors(browser, site, folder, known)
