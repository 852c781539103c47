"""Sample members of the local cloud: whom there is, and the files they sign in with."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from infra.local.bringing_up import LocalCloud
from infra.local.deploy import PARAMETERS, ROOT
from infra.local.gateway import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from infra.local.members import Enrolled, Sample, enrol
from nbcredit.adapters.dynamodb.tables import TableNames
from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.permissions import Role
from nbcredit.runtime.clock import RandomIds, SystemClock
from nbcredit.runtime.identity import signing_in_of
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.signing_in import SigningIn

FOLDER: Final = ROOT / ".local" / "members"
# Browsers import no bundle without a password.
BUNDLE_PASSWORD: Final = "local"  # noqa: S105 -- of files of this machine
_LISTED: Final = "members.json"

PEOPLE: Final = (
    Sample(organisation="scjg", name="王敏", roles=(Role.REPORTER, Role.VERIFIER)),
    Sample(organisation="scjg", name="李强", roles=(Role.LIAISON,)),
    Sample(organisation="rsj", name="方圆", roles=(Role.REPORTER, Role.VERIFIER)),
    Sample(organisation="hs-xyb", name="赵海", roles=(Role.SUPERVISOR, Role.LIAISON)),
    Sample(organisation="centre", name="陈静", roles=(Role.HANDLER,)),
    Sample(organisation="centre", name="周宁", roles=(Role.SYSTEM_ADMIN,)),
    Sample(organisation="centre", name="吴安", roles=(Role.SECURITY_ADMIN,)),
    Sample(organisation="centre", name="何平", roles=(Role.SECURITY_ADMIN,)),
    Sample(organisation="centre", name="郑明", roles=(Role.AUDITOR,)),
    Sample(organisation="office", name="孙立", roles=(Role.PUBLISHER,)),
)
# The account of the first of the people answers for it.
SYSTEM: Final = Sample(
    organisation="scjg", name="市场监管业务系统", roles=(Role.REPORTER,), kind=AccountKind.SYSTEM
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is told of a sample member."""

    account: str
    organisation: str
    name: str
    posts: str
    password: str
    totp_secret: str
    bundle_password: str


def members(local: LocalCloud, *, folder: Path = FOLDER) -> list[Known]:
    """Return the sample members; those of the state that was kept are still good."""
    # As on any working morning: what is to be done stands on everybody's list.
    local.gateway.functions.invoke(FunctionName=local.stack.outputs["RemindFunction"])
    listed = folder / _LISTED
    if local.kept and listed.exists():
        return read(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with signing_in(local) as entering:
        made = [_made(local, sample, entering, folder) for sample in PEOPLE]
        responsible = made[0].account
        made.append(_made(local, replace(SYSTEM, responsible=responsible), entering, folder))
    listed.touch(mode=0o600)
    listed.write_text(
        json.dumps([asdict(each) for each in made], ensure_ascii=False, indent=1), "utf-8"
    )
    return made


def read(folder: Path = FOLDER) -> list[Known]:
    """Return the members that the last start wrote down."""
    listed = json.loads((folder / _LISTED).read_text("utf-8"))
    return [Known(**each) for each in listed]


@contextmanager
def signing_in(local: LocalCloud) -> Iterator[SigningIn]:
    """Give the use case of the work site, on the stores of the local cloud."""
    outputs = local.stack.outputs
    with _environment(
        {
            "AWS_ENDPOINT_URL": local.gateway.endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
        }
    ):
        names = TableNames(work=outputs["WorkTable"], audit=outputs["AuditTable"])
        parts = Parts(names, "", SystemClock(), RandomIds())
        told = _Told(outputs["FieldKey"], int(PARAMETERS["PasswordMemoryKib"]))
        yield signing_in_of(parts, told)


@dataclass(frozen=True, slots=True)
class _Told:
    field_key_id: str
    password_memory_kib: int


def _made(local: LocalCloud, sample: Sample, entering: SigningIn, folder: Path) -> Known:
    now = datetime.now(UTC)  # noqa: TID251 - the edge where time comes in
    password = f"Xy7-{secrets.token_urlsafe(9)}"
    enrolled = enrol(local.invoke, sample, signing_in=entering, password=password, at=now)
    known = Known(
        account=enrolled.account,
        organisation=sample.organisation,
        name=sample.name,
        posts="、".join(role.label for role in sample.roles),
        password=enrolled.password,
        totp_secret=enrolled.totp_secret,
        bundle_password=BUNDLE_PASSWORD,
    )
    _write(enrolled, known, folder)
    return known


def _write(enrolled: Enrolled, known: Known, folder: Path) -> None:
    files: Mapping[str, bytes] = {
        ".p12": enrolled.bundle(known.bundle_password),
        ".pem": enrolled.certificate.encode(),
        ".key": enrolled.key.encode(),
    }
    for suffix, content in files.items():
        path = folder / f"{known.account}{suffix}"
        path.touch(mode=0o600)
        path.write_bytes(content)
    (folder / "authority.pem").write_text(enrolled.authority, "utf-8")


@contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
