"""Accounts, certificates, sessions and the gate: put together from the parts of a function."""

from typing import Protocol

from nbcredit.adapters.kms import Kms
from nbcredit.adapters.kms_ca import KmsAuthority
from nbcredit.adapters.random_secrets import RandomSecrets
from nbcredit.adapters.x509 import X509Requests
from nbcredit.runtime.clocks import inbox_of
from nbcredit.runtime.wiring import Parts, client
from nbcredit.usecases.accounts import Accounts
from nbcredit.usecases.certificates import CertificateAuthority, Certificates
from nbcredit.usecases.one_time_codes import OneTimeCodes
from nbcredit.usecases.permitting import Gate
from nbcredit.usecases.sessions import Sessions
from nbcredit.usecases.signing_in import SigningIn
from nbcredit.usecases.tokens import Tokens
from nbcredit.usecases.upkeep import Upkeep


class AuthorityTold(Protocol):
    """What a function that issues certificates is told."""

    @property
    def authority_key_id(self) -> str: ...

    @property
    def authority_name(self) -> str: ...


class SigningInTold(Protocol):
    """What a function that people sign in to is told."""

    @property
    def field_key_id(self) -> str: ...

    @property
    def password_memory_kib(self) -> int: ...


def accounts_of(made: Parts) -> Accounts:
    return Accounts(
        store=made.accounts,
        certificates=made.certificates,
        organisations=made.directory,
        trail=made.ledger,
        clock=made.clock,
        ids=made.ids,
    )


def authority_of(made: Parts, told: AuthorityTold) -> CertificateAuthority:
    return KmsAuthority(
        client("kms"),
        key_id=told.authority_key_id,
        name=told.authority_name,
        authorities=made.authorities,
        clock=made.clock,
    )


def certificates_of(made: Parts, told: AuthorityTold) -> Certificates:
    return Certificates(
        store=made.certificates,
        accounts=made.accounts,
        authority=authority_of(made, told),
        reader=X509Requests(),
        codes=made.credentials,
        obligations=made.obligations,
        organisations=made.directory,
        clock=made.clock,
    )


def one_time_codes_of(made: Parts) -> OneTimeCodes:
    return OneTimeCodes(
        accounts=made.accounts,
        certificates=made.certificates,
        credentials=made.credentials,
        codes=RandomSecrets(),
        clock=made.clock,
    )


def signing_in_of(made: Parts, told: SigningInTold) -> SigningIn:
    # Of the work site's own layer: no other function has these libraries.
    from nbcredit.adapters.passwords import (  # noqa: PLC0415 -- as above
        Argon2Passwords,
        SealedFactors,
    )

    return SigningIn(
        identities=made.sessions,
        issuers=made.authorities,
        credentials=made.credentials,
        sessions=made.sessions,
        passwords=Argon2Passwords(memory_kib=told.password_memory_kib),
        factors=SealedFactors(Kms(client("kms"), key_id=told.field_key_id)),
        secrets=RandomSecrets(),
        trail=made.ledger,
        clock=made.clock,
    )


def sessions_of(made: Parts) -> Sessions:
    return Sessions(
        store=made.sessions,
        identities=made.sessions,
        accounts=made.accounts,
        issuers=made.authorities,
        organisations=made.directory,
        trail=made.ledger,
        clock=made.clock,
    )


def tokens_of(made: Parts) -> Tokens:
    return Tokens(
        identities=made.sessions,
        issuers=made.authorities,
        store=made.sessions,
        sessions=sessions_of(made),
        secrets=RandomSecrets(),
        trail=made.ledger,
        clock=made.clock,
    )


def gate_of(made: Parts) -> Gate:
    return Gate(made.directory, made.ledger)


def upkeep_of(made: Parts) -> Upkeep:
    return Upkeep(made.accounts, made.certificates, made.obligations, inbox_of(made), made.clock)
