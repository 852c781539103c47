"""Where the client's certificate comes from: one configured source, and no other is believed."""

import base64
import binascii
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from nbcredit.adapters.terminator import ADDRESS, CERTIFICATE, SIGNATURE, Told
from nbcredit.domain.certificates import ClientCertificate
from nbcredit.runtime.work_site.refusals import NotByTheTerminator
from nbcredit.runtime.work_site.requests import Request
from nbcredit.usecases.ports import Clock

# Reads a certificate's DER; `None` where it is none.
Reads = Callable[[bytes], ClientCertificate | None]


class CertificateSource(StrEnum):
    """Who has checked that the client holds the key of its certificate."""

    API_GATEWAY = "api-gateway"
    TERMINATOR = "terminator"


class Certified(Protocol):
    """Puts certificate and address beside a request."""

    def __call__(self, request: Request) -> Request: ...


@dataclass(frozen=True, slots=True)
class ByApiGateway:
    """Mutual TLS of the custom domain; what headers say of certificates is not read."""

    reads: Reads

    def __call__(self, request: Request) -> Request:
        shown = request.identity.get("clientCert") or {}
        pem = shown.get("clientCertPem") or ""
        if not pem:
            return request
        try:
            der = ssl.PEM_cert_to_DER_cert(pem)
        except (ValueError, binascii.Error):
            return request
        return replace(request, certificate=self.reads(der))


@dataclass(frozen=True, slots=True)
class ByTerminator:
    """A TLS terminator in front of a private API: every request is one that it has signed."""

    reads: Reads
    secret: Callable[[], bytes]
    clock: Clock

    def __call__(self, request: Request) -> Request:
        told = Told(
            method=request.method,
            path=request.path,
            certificate=request.headers.get(CERTIFICATE, ""),
            address=request.headers.get(ADDRESS, ""),
        )
        signature = request.headers.get(SIGNATURE, "")
        if not told.proves(signature, self.secret(), at=self.clock.now()):
            raise NotByTheTerminator
        try:
            der = base64.b64decode(told.certificate, validate=True)
        except (ValueError, binascii.Error) as error:
            raise NotByTheTerminator from error
        return replace(request, certificate=self.reads(der) if der else None, address=told.address)
