"""What holds for every page and every form of the work site."""

import json
from base64 import b64decode
from collections.abc import Iterator
from gzip import decompress
from typing import Any, Final

import pytest
from pydantic import ValidationError

from nbcredit.domain.permissions import Role
from nbcredit.pages.static_files import static_files
from nbcredit.runtime.work_site.doors import SESSION, VISIT
from nbcredit.runtime.work_site.responses import is_local, page
from nbcredit.runtime.work_site.routes import Route, RouteTable, form
from nbcredit.runtime.work_site.table import table
from nbcredit.wire.calls import Done
from tests.site_builders import Browser, a_browser, a_member, a_site

NAMES_NO_FILE: Final = "/static/nothing-0000000000000000.css"


def guarded_forms() -> Iterator[str]:
    for route in table().routes:
        if route.method == "POST" and route.form_checked:
            yield route.path.replace("{", "").replace("}", "")


def a_broken_item() -> ValidationError:
    """Return what reading a stored item raises that is not as it was written."""
    with pytest.raises(ValidationError) as raised:
        Done.model_validate({"table": "work-1"})
    return raised.value


@pytest.fixture
def browser() -> Browser:
    return a_browser(a_site())


@pytest.fixture
def stranger() -> Browser:
    return a_browser(a_site(), token="")


class TestRoutes:
    def test_find_a_page_by_the_path_behind_the_proxy(self, browser: Browser) -> None:
        answer = browser.get("/my-account")

        assert answer.status == 200
        assert "<title>我的账户 - 宁波市公共信用信息平台</title>" in answer.text

    def test_prefer_a_path_that_is_spelled_out(self) -> None:
        routes = RouteTable(
            [form("/a/{id}", lambda _: page("any")), form("/a/new", lambda _: page("new"))]
        )

        assert routes.resolve("POST", "/a/new")[0].path == "/a/new"
        assert routes.resolve("POST", "/a/7") == (routes.routes[0], {"id": "7"})

    def test_are_there_once_each(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            RouteTable([form("/a", lambda _: page("")), form("/a", lambda _: page(""))])

    def test_that_do_not_exist_are_a_page_that_says_where_to_go(self, browser: Browser) -> None:
        answer = browser.get("/nothing/here")

        assert answer.status == 404
        assert "回到首页" in answer.text

    def test_tell_the_methods_they_take(self, browser: Browser) -> None:
        answer = browser.ask("POST", "/site-map")

        assert (answer.status, answer.headers["Allow"]) == (405, "GET")

    @pytest.mark.fault("F60")
    def test_take_no_other_method_from_a_header(self, browser: Browser) -> None:
        answer = browser.get("/my-account", headers={"X-HTTP-Method-Override": "DELETE"})

        assert answer.status == 200

    def test_answer_head_without_a_body(self, browser: Browser) -> None:
        answer = browser.ask("HEAD", "/my-account")

        assert (answer.status, answer.body) == (200, "")

    def test_of_calls_that_do_not_exist_are_problems(self, browser: Browser) -> None:
        answer = browser.ask("POST", "/api/nothing")

        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.text)["code"] == "no-such-page"

    @pytest.mark.parametrize("what", [RuntimeError("table work-1 is gone"), a_broken_item()])
    def test_that_break_say_so_and_no_more(
        self, what: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(_: Any) -> Any:
            raise what

        answer = a_browser(a_site(Route(method="GET", path="/x", view=broken))).get("/x")

        assert answer.status == 500
        assert "网站内部出了问题" in answer.text
        assert "work-1" not in answer.text
        assert "view failed" in caplog.text


@pytest.mark.requirement("A18.1")
class TestSessions:
    def test_are_asked_for_before_a_page_is_shown(self, stranger: Browser) -> None:
        answer = stranger.get("/my-account")

        assert answer.status == 303
        assert answer.headers["Location"] == "/sign-in?next=%2Fmy-account"

    def test_that_ended_lose_what_was_typed_and_say_so(self) -> None:
        expired = a_browser(a_site(form("/x", lambda _: page("done"))), token="").post("/x")

        assert expired.status == 401
        assert "没有保存" in expired.text

    def test_decide_what_the_menu_offers(self) -> None:
        site = a_site(members={"token": a_member(Role.LIAISON)})

        assert "我的账户" in a_browser(site).get("/").text


@pytest.mark.fault("F60")
class TestForms:
    @pytest.mark.parametrize("path", sorted(set(guarded_forms())))
    def test_are_refused_without_the_token_of_the_page(self, path: str) -> None:
        answer = a_browser(a_site()).post(path, {"any": "thing"})

        assert answer.status == 403
        assert "不是从本网站的页面发出的" in answer.text

    def test_of_another_session_are_refused(self) -> None:
        site = a_site(members={"token": a_member(), "other": a_member()})
        token = a_browser(site, token="other").get("/my-account").csrf

        assert a_browser(site).post("/look", {"csrf": token}).status == 403

    def test_from_another_site_are_refused(self, browser: Browser) -> None:
        token = browser.get("/my-account").csrf
        answer = browser.post("/look", {"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status == 403

    def test_of_this_page_are_taken(self, browser: Browser) -> None:
        token = browser.get("/my-account").csrf

        assert browser.post("/look", {"csrf": token, "large": "1", "back": "/"}).status == 303

    def test_of_a_visit_before_signing_in_are_bound_to_it(self, stranger: Browser) -> None:
        token = stranger.get("/nothing").csrf

        assert VISIT in stranger.cookies
        assert stranger.post("/look", {"csrf": token, "back": "/"}).status == 303

    @pytest.mark.parametrize(
        "back",
        ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\tx", "javascript:"],
    )
    def test_send_nobody_to_another_site(self, browser: Browser, back: str) -> None:
        token = browser.get("/").csrf

        assert browser.post("/look", {"csrf": token, "back": back}).headers["Location"] == "/"
        assert not is_local(back)


@pytest.mark.fault("F60")
class TestHeaders:
    @pytest.mark.parametrize("path", ["/my-account", "/nothing", "/api/nothing", NAMES_NO_FILE])
    def test_keep_every_answer_out_of_frames_caches_and_foreign_scripts(
        self, browser: Browser, path: str
    ) -> None:
        headers = browser.get(path).headers

        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_say_nothing_of_the_host_that_was_asked_for(self, browser: Browser) -> None:
        answer = browser.get("/my-account", headers={"Host": "evil.example"})

        assert "evil.example" not in answer.text + str(answer.headers)

    def test_of_cookies_keep_them_on_this_host_and_from_scripts(self, stranger: Browser) -> None:
        [line] = stranger.get("/nothing").headers["Set-Cookie"]

        assert line.startswith("__Host-")
        assert line.endswith("; Path=/; Secure; HttpOnly; SameSite=Strict")

    def test_of_names_that_hold_markup_are_text(self) -> None:
        evil = a_member(name='<script>alert("1")</script>')
        answer = a_browser(a_site(members={"token": evil})).get("/my-account")

        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert" in answer.text


class TestSaid:
    def test_is_told_once(self) -> None:
        site = a_site(form("/x", lambda desk: desk.see("/site-map", said="已经办好。")))
        browser = a_browser(site)

        browser.post("/x", {"csrf": browser.get("/").csrf})

        assert "已经办好。" in browser.get("/site-map").text
        assert "已经办好。" not in browser.get("/site-map").text

    def test_of_another_session_is_not_told(self) -> None:
        site = a_site(
            form("/x", lambda desk: desk.see("/", said="已经办好。")),
            members={"token": a_member(), "other": a_member()},
        )
        browser = a_browser(site)
        browser.post("/x", {"csrf": browser.get("/").csrf})

        browser.cookies[SESSION] = "other"

        assert "已经办好。" not in browser.get("/").text


class TestLook:
    def test_for_older_people_stays_chosen(self, browser: Browser) -> None:
        browser.post("/look", {"csrf": browser.get("/").csrf, "large": "1", "back": "/"})

        assert '<html lang="zh-CN" class="large">' in browser.get("/").text

    def test_can_be_given_back(self, browser: Browser) -> None:
        token = browser.get("/").csrf
        browser.post("/look", {"csrf": token, "large": "1", "back": "/"})
        browser.post("/look", {"csrf": token, "large": "", "back": "/"})

        assert '<html lang="zh-CN">' in browser.get("/").text


class TestStaticFiles:
    def test_are_kept_for_ever_and_packed(self, stranger: Browser) -> None:
        name = static_files()["site.css"].name

        answer = stranger.get(f"/static/{name}", headers={"Accept-Encoding": "br, gzip"})

        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert decompress(b64decode(answer.body)) == static_files()["site.css"].content

    def test_come_plain_where_that_is_asked_for(self, stranger: Browser) -> None:
        file = static_files()["progress.js"]

        assert b64decode(stranger.get(f"/static/{file.name}").body) == file.content

    def test_are_light_and_old_browsers_understand_them(self) -> None:
        style = static_files()["site.css"].content.decode()

        assert len(style) <= 20 * 1024
        assert not any(word in style for word in (":has(", "@container", "@layer", "&"))


@pytest.mark.fault("F61")
class TestSizes:
    def test_of_a_form_are_limited(self, browser: Browser) -> None:
        answer = browser.post("/look", {"back": "x" * (1024 * 1024 + 1)})

        assert (answer.status, "请上传文件" in answer.text) == (413, True)

    def test_of_headers_are_limited(self, browser: Browser) -> None:
        assert browser.get("/", headers={"X-Long": "x" * 10_300}).status == 431
