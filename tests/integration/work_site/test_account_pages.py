"""Accounts and certificates on pages: applied for, decided by another, issued, ended, confirmed."""

import re
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.members import signing_request
from tests.desk_builders import Desks, desks

pytestmark = pytest.mark.requirement("A19.1")
PERSON = {"kind": "person", "name": "李四", "roles": "reporter", "use": "按月报送行政处罚信息"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Desks]:
    with desks() as made:
        yield made


def applied(opened: Desks, member: str = "scjg", **changes: str) -> str:
    """Apply for an account and return its page."""
    answer = opened.post("/accounts/new", member, **{**PERSON, **changes})
    assert answer.status == 303, answer.text
    return str(answer.headers["Location"])


def approved(opened: Desks, name: str) -> str:
    path = applied(opened, name=name)
    assert opened.post(path, "second", act="approve").status == 303
    return path


class TestApplying:
    def test_is_seen_by_the_centre_and_ones_own(self, opened: Desks) -> None:
        path = applied(opened, name="张申请")

        assert path in opened.get("/accounts", "scjg").text
        assert "个申请等待审批" in opened.get("/accounts", "security").text
        assert opened.get(path, "security").status == 200
        assert opened.get("/accounts", "zjj").status == 403

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"use": ""}, "use"),
            ({"roles": "handler"}, "roles"),
            ({"kind": "system"}, "responsible"),
        ],
    )
    def test_says_what_is_wrong(self, opened: Desks, changes: dict[str, str], field: str) -> None:
        answer = opened.post("/accounts/new", "scjg", **{**PERSON, **changes})

        assert answer.status == 400
        assert f'href="#{field}"' in answer.text

    def test_by_the_centre_asks_for_whom_first(self, opened: Desks) -> None:
        first = opened.get("/accounts/new", "security")
        then = opened.get("/accounts/new", "security", organisation="zjj")

        assert 'name="organisation"' in first.text
        assert 'name="use"' not in first.text
        assert "市住房和城乡建设局" in then.text


@pytest.mark.requirement("A21.1")
class TestDeciding:
    def test_opens_an_account(self, opened: Desks) -> None:
        assert "已开通" in opened.get(approved(opened, "王批准"), "security").text

    def test_is_for_another_than_who_asked(self, opened: Desks) -> None:
        path = applied(opened, "security", organisation="zjj", name="自登记")

        offered = opened.get(path, "security")
        forced = opened.post(path, "security", act="approve")
        by_another = opened.post(path, "second", act="approve")

        assert "另一位安全管理员审批" in offered.text
        assert 'name="act"' not in offered.text
        assert forced.status == 403
        assert by_another.status == 303

    def test_needs_a_reason_to_refuse(self, opened: Desks) -> None:
        path = applied(opened, name="无理由")

        assert 'href="#reason"' in opened.post(path, "security", act="refuse").text
        assert 'href="#act"' in opened.post(path, "security").text
        assert opened.post(path, "security", act="refuse", reason="岗位不符").status == 303
        assert "未批准" in opened.get(path, "scjg").text

    def test_is_not_for_liaisons(self, opened: Desks) -> None:
        path = applied(opened, name="越权者")

        assert 'value="approve"' not in opened.get(path, "scjg").text
        assert opened.post(path, "scjg", act="approve").status == 403


class TestCertificate:
    def test_is_issued_from_a_request_fetched_and_revoked(self, opened: Desks) -> None:
        path = approved(opened, "证书人")
        account = path.rpartition("/")[2]
        pem = signing_request(ec.generate_private_key(ec.SECP256R1()), account)

        issued = opened.send_file(f"{path}/certificate", "security", page=path, file=pem)
        fetched = opened.get(f"{path}/certificate.pem", "security")
        revoked = opened.post(path, "security", act="revoke", reason="电脑丢失")

        assert issued.status == 303, issued.text
        assert fetched.headers["Content-Type"] == "application/x-pem-file"
        assert revoked.status == 303
        assert "已吊销" in opened.get(path, "security").text

    def test_is_not_issued_from_something_else(self, opened: Desks) -> None:
        path = approved(opened, "错请求")

        answer = opened.send_file(f"{path}/certificate", "security", page=path, file="不是请求")

        assert answer.status == 400
        assert 'href="#request"' in answer.text

    def test_is_listed_before_its_end(self, opened: Desks) -> None:
        assert opened.get("/certificates", "security").status == 200
        assert opened.get("/certificates", "centre").status == 403

    def test_comes_with_a_code_from_another_hand(self, opened: Desks) -> None:
        path = approved(opened, "代码人")

        shown = opened.post(f"{path}/code", "security", page=path)

        assert "只显示这一次" in shown.text
        assert re.search(r"<dt>一次性代码</dt><dd>\S+</dd>", shown.text)


class TestEnding:
    def test_suspends_resumes_and_closes(self, opened: Desks) -> None:
        path = approved(opened, "离岗人")

        for act, state in (("suspend", "已停用"), ("resume", "已开通"), ("close", "已注销")):
            assert opened.post(path, "security", act=act, reason="岗位调整").status == 303
            assert state in opened.get(path, "security").text


@pytest.mark.requirement("A21.2")
class TestConfirming:
    def test_names_who_still_holds_a_post(self, opened: Desks) -> None:
        account = approved(opened, "在岗人").rpartition("/")[2]

        nobody = opened.post("/accounts/confirm", "scjg")
        done = opened.post("/accounts/confirm", "scjg", accounts=account)

        assert 'href="#accounts"' in nobody.text
        assert (done.status, done.headers["Location"]) == (303, "/accounts")
