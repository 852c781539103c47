"""The main journeys, walked as people walk them: in a browser, from page to page."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Page, expect

from infra.local.demonstration.papers import ARREARS, PENALTY
from infra.local.demonstration.post import Post
from infra.local.members import signing_request
from infra.local.seed import VERSION, schemas
from nbcredit.cleaning.originals import Originals
from nbcredit.domain.catalogue import Item
from nbcredit.domain.reserved import FEEDBACK_HEADER, ROW_HEADER
from nbcredit.domain.submissions import FileFormat
from nbcredit.samples.files import generate
from tests.e2e.browser.people import Visitors, code_of, sign_in
from tests.e2e.browser.test_pages import faults

# What the engine's own dirt looks like, by column: each is another kind of error.
WRONG = {
    2: ("统一社会信用代码", "91330200MA2XXXXX00"),
    3: ("处罚决定日期", "2026年13月45日"),
    4: ("行政处罚决定书文号", ""),
}
PASSWORD = "Ning-Bo-2026-credit"


@pytest.fixture(scope="module")
def item() -> Item:
    return Item.from_schema(schemas()[PENALTY], version=VERSION)


@pytest.fixture(scope="module")
def right(item: Item, today: date) -> list[dict[str, str]]:
    table = list(generate(item, rows=6, seed=77, today=today, authority="scjg"))
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def as_csv(rows: list[dict[str, str]], path: Path) -> Path:
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(written.getvalue(), "utf-8-sig")
    return path


def upload(page: Page, file: Path, post: Post) -> None:
    """Report a file in the browser and wait until the page tells what became of it."""
    page.goto("/uploads/new")
    page.get_by_label("目录项").select_option(PENALTY)
    page.get_by_label("报送期").select_option(str(post.period))
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-progress=done]")).to_be_visible(timeout=60_000)


class TestAMember:
    @pytest.mark.requirement("A19.1")
    def test_is_applied_for_approved_certified_and_signs_in(
        self, visitors: Visitors, tmp_path: Path
    ) -> None:
        liaison = visitors.page("李强")
        liaison.goto("/accounts/new")
        liaison.get_by_label("姓名，或系统的名称").fill("林晓")
        liaison.get_by_label("报送员").check()
        liaison.get_by_label("用途").fill("按月报送行政处罚信息")
        liaison.get_by_role("button", name="提交申请").click()
        account = liaison.url.rpartition("/")[2].partition("?")[0]

        security = visitors.page("吴安")
        security.goto(f"/accounts/{account}")
        security.get_by_label("批准开通").check()
        security.get_by_role("button", name="办理").click()
        key = ec.generate_private_key(ec.SECP256R1())
        security.goto(f"/accounts/{account}")
        security.get_by_label("或粘贴证书请求").fill(signing_request(key, account))
        security.get_by_role("button", name="签发").click()
        with security.expect_download() as download:
            security.get_by_role("link", name="下载证书（PEM）").click()
        certificate, private = tmp_path / "its.pem", tmp_path / "its.key"
        download.value.save_as(certificate)
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        other = visitors.page("何平")
        other.goto(f"/accounts/{account}")
        other.get_by_role("button", name="发一次性代码").click()
        code = other.locator("dt", has_text="一次性代码").locator("xpath=../dd").inner_text()

        own = visitors.context(account, certificate=certificate, key=private).new_page()
        own.goto("/first-sign-in")
        own.get_by_label("一次性代码").fill(code)
        own.get_by_label("新密码", exact=True).fill(PASSWORD)
        own.get_by_label("再输入一次新密码").fill(PASSWORD)
        own.get_by_role("button", name="下一步").click()
        secret = own.locator("dt", has_text="密钥").locator("xpath=../dd").inner_text()
        own.get_by_label("验证码").fill(code_of(secret))
        own.locator("main form button").click()
        sign_in(own, visitors.site, PASSWORD, secret)
        own.goto("/my-account")

        assert "林晓" in own.locator("main").inner_text()

        security.goto(f"/accounts/{account}")
        security.get_by_label("吊销证书").check()
        security.get_by_label("理由").first.fill("离岗")
        security.get_by_role("button", name="办理").click()
        own.goto("/my-account")

        assert "/sign-in" in own.url


class TestAReporter:
    @pytest.mark.requirement("A8.5", "A8.6")
    def test_mends_what_was_wrong_and_gets_a_receipt(
        self,
        visitors: Visitors,
        post: Post,
        item: Item,
        right: list[dict[str, str]],
        tmp_path: Path,
    ) -> None:
        wrong = [dict(row) for row in right]
        for number, (column, text) in WRONG.items():
            wrong[number - 2][column] = text
        page = visitors.page("王敏")

        upload(page, as_csv(wrong, tmp_path / "处罚.csv"), post)

        told = page.locator("main").inner_text()
        assert "3 行需要处理" in told
        assert faults(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="下载标出错误的工作簿").click()
        book = Path(download.value.path()).read_bytes()
        opened = Originals().open(
            [book], form=FileFormat.WORKBOOK, encoding="", item=item, others=()
        )
        returned = [dict(zip(opened.titles, row.cells or (), strict=False)) for row in opened.rows]
        assert [int(row[ROW_HEADER]) for row in returned] == list(WRONG)

        mended = [
            {**right[int(row[ROW_HEADER]) - 2], FEEDBACK_HEADER: row[FEEDBACK_HEADER]}
            for row in returned
        ]
        upload(page, as_csv(mended, tmp_path / "改好.csv"), post)

        assert "已全部处理完" in page.locator("main").inner_text()
        with page.expect_download() as download:
            page.get_by_role("link", name="下载回执").click()
        assert "回执" in Path(download.value.path()).read_text("utf-8")

    @pytest.mark.requirement("A7.2")
    def test_reports_nothing_with_one_click(self, visitors: Visitors, post: Post) -> None:
        page = visitors.page("方圆", script=False)
        page.goto(f"/todo/{post.period}/rsj/{ARREARS}")
        page.get_by_label("我确认").check()
        page.get_by_role("button", name="提交零报告").click()

        assert "零报告" in page.locator("main").inner_text()


class TestACounty:
    @pytest.mark.requirement("A16.1", "A18.1")
    @pytest.mark.fault("F50")
    def test_is_stopped_at_another_countys_data(self, visitors: Visitors) -> None:
        page = visitors.page("赵海")
        seen = []
        for organisation in ("scjg", "nobody-at-all"):
            answered = page.goto(f"/supervision/organisations/{organisation}")
            told = page.locator("main").inner_text()
            seen.append((answered and answered.status, told.partition("编号")[0]))

        assert seen[0] == seen[1]
        assert seen[0][0] == 403
        assert "市场监督" not in seen[0][1]
