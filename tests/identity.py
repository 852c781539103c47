"""A platform with accounts and certificates in moto, and the people who use it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any, Final

import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from moto import mock_aws

from infra.local.members import signing_request
from nbcredit.adapters.kms import Kms
from nbcredit.adapters.passwords import Argon2Passwords, SealedFactors
from nbcredit.adapters.random_secrets import RandomSecrets
from nbcredit.adapters.x509 import client_certificate
from nbcredit.domain.accounts import Account, AccountKind
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.certificates import Certificate, ClientCertificate
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.permissions import Role
from nbcredit.domain.sessions import Session
from nbcredit.runtime.identity import (
    accounts_of,
    certificates_of,
    gate_of,
    one_time_codes_of,
    sessions_of,
    tokens_of,
    upkeep_of,
)
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.accounts import Accounts, Application
from nbcredit.usecases.certificates import Certificates
from nbcredit.usecases.one_time_codes import OneTimeCodes
from nbcredit.usecases.permitting import Gate
from nbcredit.usecases.sessions import Sessions
from nbcredit.usecases.signing_in import SigningIn
from nbcredit.usecases.tokens import Tokens
from nbcredit.usecases.upkeep import Upkeep
from tests.integration.stage import CENTRE, NAMES, CountingIds, HandClock, client, make_tables

ANNA: Final = Actor(kind=ActorKind.OPERATOR, id="anna", organisation="centre")
BORIS: Final = Actor(kind=ActorKind.OPERATOR, id="boris", organisation="centre")
PASSWORD: Final = "Correct-Horse-9-Battery"
ADDRESS: Final = "203.0.113.5"
PURPOSE: Final = "测试"

CHEAP: Final = Argon2Passwords(memory_kib=8, passes=1)


def organisation(code: str, kind: OrganisationKind, region: str = "330200") -> Organisation:
    return Organisation(
        code=code, name=f"单位{code}", kind=kind, credit_code=f"9133{code:0>14}", region=region
    )


DIRECTORY: Final = (
    organisation("centre", OrganisationKind.CENTRE),
    organisation("office", OrganisationKind.OFFICE),
    organisation("scjg", OrganisationKind.DEPARTMENT),
    organisation("fy", OrganisationKind.COURT),
    organisation("slj", OrganisationKind.PUBLIC_ENTERPRISE),
    organisation("ministry", OrganisationKind.AUTHORITY),
    organisation("haishu", OrganisationKind.COUNTY, "330203"),
    organisation("haishu-tax", OrganisationKind.DEPARTMENT, "330203"),
    organisation("yuyao-tax", OrganisationKind.DEPARTMENT, "330281"),
)


@dataclass(eq=False)
class World:
    """The identity part of a platform, with a hand on the clock."""

    clock: HandClock = field(default_factory=HandClock)
    names: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def parts(self) -> Parts:
        return Parts(NAMES, "", self.clock, CountingIds(self.clock))

    def restarted(self) -> "World":
        """Return the same platform in another execution environment."""
        return World(self.clock, self.names)

    @cached_property
    def accounts(self) -> Accounts:
        return accounts_of(self.parts)

    @cached_property
    def certificates(self) -> Certificates:
        told = SimpleNamespace(authority_key_id=key("authority"), authority_name="测试证书机构")
        return certificates_of(self.parts, told)

    @cached_property
    def codes(self) -> OneTimeCodes:
        return one_time_codes_of(self.parts)

    @cached_property
    def sessions(self) -> Sessions:
        return sessions_of(self.parts)

    @cached_property
    def tokens(self) -> Tokens:
        return tokens_of(self.parts)

    @cached_property
    def gate(self) -> Gate:
        return gate_of(self.parts)

    @cached_property
    def upkeep(self) -> Upkeep:
        return upkeep_of(self.parts)

    @cached_property
    def signing_in(self) -> SigningIn:
        made = self.parts
        return SigningIn(
            identities=made.sessions,
            issuers=made.authorities,
            credentials=made.credentials,
            sessions=made.sessions,
            passwords=CHEAP,
            factors=SealedFactors(Kms(client("kms"), key_id=key("field"))),
            secrets=RandomSecrets(),
            trail=made.ledger,
            clock=self.clock,
        )

    def applied(self, organisation: str = "scjg", *roles: Role, **changes: Any) -> Account:
        asked = Application(
            organisation=organisation,
            kind=AccountKind.PERSON,
            name=f"某人{next(self.names)}",
            staff_number="",
            roles=frozenset(roles or {Role.REPORTER}),
            purpose="按月报送",
            responsible="",
        )
        account: Account = self.accounts.apply(replace(asked, **changes), by=ANNA, purpose=PURPOSE)
        return account

    def opened(self, organisation: str = "scjg", *roles: Role, **changes: Any) -> Account:
        applied = self.applied(organisation, *roles, **changes)
        account: Account = self.accounts.approve(applied.id, by=BORIS, purpose=PURPOSE)
        return account

    def certified(self, account: Account) -> tuple[str, Certificate]:
        private = ec.generate_private_key(ec.SECP256R1())
        request = signing_request(private, account.id)
        return request, self.certificates.request(account.id, request, by=ANNA, purpose=PURPOSE)

    def enrolled(self, organisation: str = "scjg", *roles: Role) -> "Person":
        """Return somebody who can sign in."""
        account = self.opened(organisation, *roles)
        person = Person(self, account.id, self.certified(account)[1])
        person.enrol(self.codes.hand_out(account.id, by=BORIS, purpose=PURPOSE))
        return person

    def system(self, organisation: str = "scjg", *, of: str) -> "Person":
        account = self.opened(organisation, Role.REPORTER, kind=AccountKind.SYSTEM, responsible=of)
        return Person(self, account.id, self.certified(account)[1])

    def trail(self) -> list[tuple[str, str]]:
        """Return each act of the trail with what it is about, in order."""
        items = client("dynamodb").scan(TableName="audit")["Items"]
        told = [(each["sk"]["S"], json.loads(each["content"]["S"])) for each in items]
        return [(each["action"], " ".join(each["about"])) for _, each in sorted(told, key=str)]

    def causes(self) -> list[str]:
        """Return the causes that the trail holds, in no order."""
        items = client("dynamodb").scan(TableName="audit")["Items"]
        contents = [str(item["content"]["S"]) for item in items if "content" in item]
        return [
            content.partition('"cause":"')[2].partition('"')[0]
            for content in contents
            if '"cause"' in content
        ]


@dataclass(eq=False)
class Person:
    """Somebody with an account, a certificate and an authenticator."""

    world: World
    account: str
    issued: Certificate
    secret: str = ""

    @property
    def certificate(self) -> ClientCertificate:
        shown = client_certificate(self.issued.pem)
        if shown is None:
            raise AssertionError
        return shown

    def enrol(self, code: str, password: str = PASSWORD) -> None:
        world, shown = self.world, self.certificate
        begun = world.signing_in.begin_enrolment(
            self.account, code, password, certificate=shown, address=ADDRESS
        )
        self.secret = begun.secret
        world.signing_in.finish_enrolment(
            self.account, code, self.totp(), certificate=shown, address=ADDRESS
        )
        # The code of the enrolment is not taken again.
        world.clock.forward(timedelta(seconds=30))

    def totp(self) -> str:
        return pyotp.TOTP(self.secret).at(self.world.clock.now())

    def sign_in(self, **changes: Any) -> tuple[str, Session]:
        told: dict[str, Any] = {
            "account_id": self.account,
            "password": PASSWORD,
            "totp": self.totp(),
            "certificate": self.certificate,
            "address": ADDRESS,
        }
        return self.world.signing_in.sign_in(**(told | changes))


def key(name: str) -> str:
    found: str = client("kms").describe_key(KeyId=f"alias/{name}")["KeyMetadata"]["KeyId"]
    return found


@contextmanager
def a_world() -> Iterator[World]:
    with mock_aws():
        make_tables()
        kms = client("kms")
        for name, spec in (
            ("authority", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
            ("field", {}),
        ):
            made = kms.create_key(**spec)["KeyMetadata"]["KeyId"]
            kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=made)
        world = World()
        act = Act(action="set-up", actor=CENTRE, purpose=PURPOSE)
        world.parts.directory.save(DIRECTORY, act=act)
        yield world
