"""Where a client's certificate comes from: one source, whatever else a request says."""

import base64
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from nbcredit.adapters.terminator import ADDRESS, CERTIFICATE, SIGNATURE, Told
from nbcredit.domain.certificates import ClientCertificate
from nbcredit.runtime.work_site.certificates import ByApiGateway, ByTerminator
from nbcredit.runtime.work_site.refusals import NotByTheTerminator
from nbcredit.runtime.work_site.requests import Request
from tests.integration.stage import HandClock
from tests.site_builders import an_event

SECRET: Final = b"shared by both in this test"
DER: Final = b"a certificate, as far as this test goes"
NOW: Final = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def reads(der: bytes) -> ClientCertificate | None:
    """Read what is shown, so that a test can tell whether it was."""
    return ClientCertificate(
        thumbprint=der.decode(),
        serial="1",
        issuer="ca",
        not_before=NOW,
        not_after=NOW,
        client_auth=True,
    )


def a_request(headers: Mapping[str, str], identity: Mapping[str, Any] | None = None) -> Request:
    return Request.of(an_event("GET", "/my-account", headers=headers, identity=identity))


def told(
    *, certificate: bytes = DER, path: str = "/my-account", at: datetime = NOW
) -> dict[str, str]:
    shown = base64.b64encode(certificate).decode()
    made = Told(method="GET", path=path, certificate=shown, address="10.1.2.3")
    return {
        CERTIFICATE: shown,
        ADDRESS: "10.1.2.3",
        SIGNATURE: made.signed(SECRET, at=at),
    }


@pytest.fixture
def by_terminator() -> ByTerminator:
    return ByTerminator(reads, lambda: SECRET, HandClock(NOW))


@pytest.mark.requirement("A18.1")
class TestByTerminator:
    def test_takes_what_the_terminator_has_signed(self, by_terminator: ByTerminator) -> None:
        request = by_terminator(a_request(told()))

        assert request.certificate is not None
        assert request.certificate.thumbprint == DER.decode()
        assert request.address == "10.1.2.3"

    def test_takes_the_word_that_there_was_no_certificate(
        self, by_terminator: ByTerminator
    ) -> None:
        assert by_terminator(a_request(told(certificate=b""))).certificate is None

    @pytest.mark.fault("F52")
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {CERTIFICATE: base64.b64encode(DER).decode()},
            {**told(), SIGNATURE: ""},
            {**told(), CERTIFICATE: base64.b64encode(b"another").decode()},
            {**told(), ADDRESS: "10.9.9.9"},
            told(path="/site-map"),
            told(at=NOW - timedelta(minutes=5)),
            told(at=NOW + timedelta(minutes=5)),
        ],
    )
    def test_takes_nothing_else(self, by_terminator: ByTerminator, headers: dict[str, str]) -> None:
        with pytest.raises(NotByTheTerminator):
            by_terminator(a_request(headers))

    @pytest.mark.fault("F52")
    def test_does_not_look_at_what_api_gateway_says(self, by_terminator: ByTerminator) -> None:
        identity = {"clientCert": {"clientCertPem": ssl.DER_cert_to_PEM_cert(b"gateway")}}

        request = by_terminator(a_request(told(certificate=b""), identity))

        assert request.certificate is None


@pytest.mark.requirement("A18.1")
class TestByApiGateway:
    def test_takes_the_certificate_of_the_connection(self) -> None:
        identity = {"clientCert": {"clientCertPem": ssl.DER_cert_to_PEM_cert(DER)}}

        request = ByApiGateway(reads)(a_request({}, identity))

        assert request.certificate is not None
        assert request.certificate.thumbprint == DER.decode()

    @pytest.mark.fault("F52")
    def test_believes_no_header(self) -> None:
        request = ByApiGateway(reads)(a_request(told()))

        assert request.certificate is None
        assert request.address == "203.0.113.9"

    @pytest.mark.parametrize("pem", ["", "no certificate", None])
    def test_of_a_connection_without_one_there_is_none(self, pem: str | None) -> None:
        identity = {"clientCert": {"clientCertPem": pem}}

        assert ByApiGateway(reads)(a_request({}, identity)).certificate is None
