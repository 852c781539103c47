"""The work site over the real calls, in one process: members of each kind before what is stored."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import pytest

from functions.answer_call import app as answer_call
from nbcredit.domain.members import Member
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.permissions import Role
from nbcredit.runtime.work_site.calls import MemberCalls
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.usecases.permitting import Gate
from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import ORGANISATIONS, a_stage
from tests.obligation_builders import ACT
from tests.site_builders import Answer, Browser, a_browser, a_member, a_site


def _organisation(code: str, name: str, kind: OrganisationKind, number: str) -> Organisation:
    region = "330212" if kind is OrganisationKind.COUNTY else "330200"
    return Organisation(code=code, name=name, kind=kind, credit_code=number, region=region)


CENTRE: Final = _organisation(
    "centre", "市公共信用信息中心", OrganisationKind.CENTRE, "11330200MB1000042T"
)
OFFICE: Final = _organisation("office", "市信用办", OrganisationKind.OFFICE, "11330200MB1000050L")
YINZHOU: Final = _organisation(
    "yinzhou", "鄞州区信用办", OrganisationKind.COUNTY, "11330212MB10000695"
)
SCJG, ZJJ, _ = ORGANISATIONS


def _another(member: Member) -> Member:
    return replace(member, account=replace(member.account, id="centre-second"))


MEMBERS: Final[Mapping[str, Member]] = {
    "centre": a_member(Role.HANDLER, organisation=CENTRE, name="陈办理"),
    "security": a_member(Role.SECURITY_ADMIN, organisation=CENTRE, name="安管理"),
    "second": _another(a_member(Role.SECURITY_ADMIN, organisation=CENTRE, name="全复核")),
    "auditor": a_member(Role.AUDITOR, organisation=CENTRE, name="申审计"),
    "office": a_member(Role.PUBLISHER, organisation=OFFICE, name="欧发布"),
    "county": a_member(Role.SUPERVISOR, organisation=YINZHOU, name="尹监督"),
    "scjg": a_member(Role.REPORTER, Role.LIAISON, organisation=SCJG, name="王报送"),
    "zjj": a_member(Role.REPORTER, organisation=ZJJ, name="孙报送"),
}


@dataclass(frozen=True, slots=True)
class Desks:
    """The site, and the functions behind what is reported."""

    lambdas: Lambdas
    site: WorkSite

    def browser(self, member: str = "centre") -> Browser:
        return a_browser(self.site, token=member)

    def get(self, path: str, member: str = "centre", **query: str) -> Answer:
        return self.browser(member).get(path, query=query)

    def post(self, path: str, member: str = "centre", *, page: str = "", **fields: str) -> Answer:
        """Send the form of a page, as it was given out."""
        browser = self.browser(member)
        csrf = browser.get(page or path).csrf
        return browser.post(path, {"csrf": csrf, **fields})

    def send_file(
        self,
        path: str,
        member: str = "centre",
        *,
        page: str = "",
        file: str = "",
        name: str = "file.csr",
        **fields: str,
    ) -> Answer:
        """Send a form that may have a file, as browsers pack it."""
        browser = self.browser(member)
        parts = [
            f'name="{each}"\r\n\r\n{value}'
            for each, value in {"csrf": browser.get(page or path).csrf, **fields}.items()
        ]
        if file:
            head = f'name="file"; filename="{name}"\r\nContent-Type: text/plain'
            parts.append(f"{head}\r\n\r\n{file}")
        body = "".join(f"--b\r\nContent-Disposition: form-data; {each}\r\n" for each in parts)
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        return browser.ask("POST", path, body=f"{body}--b--\r\n", headers=kind)


@contextmanager
def desks() -> Iterator[Desks]:
    """Open the site upon a stage with its directory."""
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment) as lambdas,
    ):
        directory = stage.parts.directory
        directory.save([CENTRE, OFFICE, YINZHOU, *ORGANISATIONS], act=ACT)
        answering = answer_call.answering()
        calls = MemberCalls(answering, Gate(directory, answering.trail))
        yield Desks(lambdas, a_site(members=MEMBERS, calls=calls))
