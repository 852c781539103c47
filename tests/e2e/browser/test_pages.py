"""Every page that the menu leads to: accessible, as wide as the screen, whole without script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.browser.people import DESK, PHONE, Visitors

# One of each desk; what all members have is looked at with the first of them.
PEOPLE = ["王敏", "赵海", "陈静", "吴安", "郑明", "孙立"]
COMMON = {"/", "/exchange", "/my-account", "/site-map"}
SERIOUS = {"serious", "critical"}


def pages_of(page: Page, name: str) -> Iterator[str]:
    """Yield where the menu leads a member."""
    page.goto("/")
    links = page.locator("header a, nav a, footer a").evaluate_all(
        "links => links.map(link => new URL(link.href))"
        ".filter(url => url.origin === location.origin).map(url => url.pathname)"
    )
    yield from sorted({*links} - (COMMON if name != PEOPLE[0] else set()))


def faults(page: Page) -> list[str]:
    """Return what axe finds serious, with the first place of each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {each['id']} at {each['nodes'][0]['target']}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def shape(page: Page, path: str) -> list[str]:
    """Open a page; return what is wrong with its answer, its heading and its width."""
    answered = page.goto(path)
    if answered is None or not answered.ok:
        return [f"{path}: does not open"]
    headings = page.locator("h1").count()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [
        *([] if page.title() and headings == 1 else [f"{path}: no title, or {headings} headings"]),
        *([f"{path}: {wide} px too wide"] if wide > 0 else []),
    ]


@pytest.mark.requirement("A3.2")
@pytest.mark.parametrize("name", PEOPLE)
class TestEveryPage:
    def test_is_accessible_on_a_desk_and_on_a_phone(self, visitors: Visitors, name: str) -> None:
        page = visitors.page(name)
        paths = list(pages_of(page, name))
        found: list[str] = []
        for viewport in (DESK, PHONE):
            page.set_viewport_size(viewport)
            for path in paths:
                found += shape(page, path) or faults(page)

        assert paths
        assert not found

    def test_is_whole_without_script(self, visitors: Visitors, name: str) -> None:
        paths = list(pages_of(visitors.page(name), name))
        page = visitors.page(name, script=False)

        assert [fault for path in paths for fault in shape(page, path)] == []
