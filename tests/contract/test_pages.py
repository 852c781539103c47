"""Routes, menu and templates of the work site against each other and against the matrix."""

import re
from pathlib import Path
from typing import Final

import pytest

from nbcredit.domain.permissions import MATRIX
from nbcredit.pages import environment as pages
from nbcredit.runtime.work_site.table import MENU, table

TEMPLATES: Final = Path(pages.__file__).parent / "templates"

each_template = pytest.mark.parametrize(
    "template", [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")]
)


class TestRoutes:
    def test_stand_upon_calls_that_the_matrix_has(self) -> None:
        assert {route.call for route in table().routes if route.call} <= MATRIX.keys()

    def test_of_the_menu_are_there(self) -> None:
        pages_there = {route.path for route in table().routes if route.method == "GET"}

        assert {entry.path for entry in MENU} <= pages_there

    def test_change_things_by_forms_only_and_check_them(self) -> None:
        changing = [route for route in table().routes if route.method != "GET"]

        assert {route.method for route in changing} == {"POST"}
        assert all(route.form_checked for route in changing)


class TestTemplates:
    @each_template
    def test_can_be_read(self, template: str) -> None:
        assert pages.environment().get_template(template)

    @each_template
    def test_have_the_token_in_every_form(self, template: str) -> None:
        text = (TEMPLATES / template).read_text("utf-8")

        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            assert "csrf()" in form, form[:80]

    @each_template
    def test_have_neither_style_nor_script_nor_addresses_of_others(self, template: str) -> None:
        text = (TEMPLATES / template).read_text("utf-8")

        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|https?://", text)
        assert not re.search(r"<script(?![^>]* src=)", text)
