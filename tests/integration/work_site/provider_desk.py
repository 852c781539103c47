"""The desk of a provider over the real calls: moto for AWS, a hand on the clock."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.members import Member
from nbcredit.domain.permissions import Role
from nbcredit.runtime.all_answers import AllAnswers
from nbcredit.runtime.answering import Answering
from nbcredit.runtime.settings import AnswerCallSettings, settings
from nbcredit.runtime.work_site.calls import MemberCalls
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.table import MENU, table
from nbcredit.usecases.permitting import Gate
from nbcredit.usecases.receiving import Upload
from nbcredit.usecases.uploads import Arrivals
from tests.cleaning_builders import PENALTY, csv_text
from tests.integration.lambdas import on_lambda
from tests.integration.stage import ORGANISATIONS, UPLOADS, Stage, client
from tests.site_builders import FACTS, Answer, Browser, OpenDoors, a_browser, a_member

_BY: Final = {each.code: each for each in ORGANISATIONS}
NUMBER: Final = "行政处罚决定书文号"


@dataclass(slots=True)
class ProviderDesk:
    """A browser of a provider, and the platform behind it."""

    stage: Stage
    site: WorkSite
    browser: Browser
    _seen: set[str]

    def get(self, path: str, **query: str) -> Answer:
        return self.browser.get(path, query=query or None)

    def send(self, path: str, fields: Mapping[str, str] | None = None, *, at: str = "") -> Answer:
        """Send a form as the page gave it out."""
        page = self.browser.get(at or path)
        return self.browser.post(path, {"csrf": page.csrf, **(fields or {})})

    def attach(self, path: str, fields: Mapping[str, str], *, name: str, content: bytes) -> Answer:
        """Send a form with a file, as browsers spell it."""
        csrf = self.browser.get(path).csrf
        return self.browser.ask(
            "POST",
            path,
            body=b64encode(_multipart({"csrf": csrf, **fields}, name, content)).decode(),
            headers={"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
            packed=True,
        )

    def arrive(self) -> None:
        """Let what was put into the bucket have its consequences."""
        made = self.stage.parts
        for each in _versions():
            if each["VersionId"] in self._seen or not each["Key"].startswith("incoming/"):
                continue
            self._seen.add(each["VersionId"])
            told = Upload(
                key=each["Key"],
                version_id=each["VersionId"],
                at=self.stage.clock.now(),
                by=Actor(kind=ActorKind.PLATFORM, id="site", organisation="platform"),
            )
            known = Arrivals(made.forms, made.ledger).known(told)
            if known is not None:
                self.stage.receive(known)
        self.stage.clock.forward(timedelta(seconds=1))
        self.stage.run()

    def reported(self, *rows: Mapping[str, str]) -> str:
        """Return a submission that was reported as a file."""
        return self.stage.report(csv_text(rows).encode()).id


def a_row(number: int, **changes: str) -> dict[str, str]:
    return {**PENALTY, NUMBER: f"甬市监处罚〔2026〕{number}号", **changes}


@contextmanager
def a_desk(
    stage: Stage, environment: pytest.MonkeyPatch, *roles: Role, organisation: str = "scjg"
) -> Iterator[ProviderDesk]:
    """Return the desk of a member of an organisation, over the calls of the function."""
    members: dict[str, Member] = {
        "token": a_member(
            *(roles or (Role.REPORTER, Role.VERIFIER)), organisation=_BY[organisation]
        )
    }
    with on_lambda(stage, environment):
        made = stage.parts
        answering = Answering(AllAnswers(made, settings(AnswerCallSettings)), made.ledger)
        calls = MemberCalls(answering, Gate(made.directory, made.ledger))
        site = WorkSite(FACTS, table(), MENU, OpenDoors(members), calls, lambda each: each)
        # What earlier tests have left in the bucket is no news.
        seen = {each["VersionId"] for each in _versions()}
        yield ProviderDesk(stage, site, a_browser(site), seen)
    client("secretsmanager").delete_secret(
        SecretId="subject-secret", ForceDeleteWithoutRecovery=True
    )


def _versions() -> list[dict[str, Any]]:
    listed = client("s3").list_object_versions(Bucket=UPLOADS).get("Versions", [])
    return sorted(listed, key=lambda each: each["Key"])


_BOUNDARY: Final = "----a-boundary"


def _multipart(fields: Mapping[str, str], name: str, content: bytes) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), content, f"\r\n--{_BOUNDARY}--\r\n".encode()])
