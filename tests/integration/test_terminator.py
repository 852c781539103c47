"""The TLS terminator of this machine: what it drops, tells, signs and refuses."""

import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.local.development_ca import server_certificate
from infra.local.terminator import Behind, terminator
from nbcredit.adapters.terminator import ADDRESS, CERTIFICATE, SIGNATURE, Told

SECRET = b"shared by both in this test"


class Echo(BaseHTTPRequestHandler):
    """Says what arrived, and sets two cookies."""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": headers}).encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Front:
    port: int
    authority: Path

    def ask(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> http.client.HTTPResponse:
        context = ssl.create_default_context(cafile=str(self.authority))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context)
        connection.request(method, path, headers=headers or {})
        return connection.getresponse()

    def told(self, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.ask(path, headers).read())
        return told


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("tls")
    server = server_certificate(folder)
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    behind = Behind(port=echo.server_port, prefix="/api", secret=SECRET)
    authority = folder / "development-ca.pem"
    with terminator(behind, port=0, server=server, issuers=authority.read_text()) as port:
        yield Front(port, authority)
    echo.shutdown()
    echo.server_close()


@pytest.mark.requirement("A18.1")
class TestTerminator:
    def test_signs_what_it_tells_of_each_request(self, front: Front) -> None:
        headers = front.told("/my-account?x=1")["headers"]

        told = Told(method="GET", path="/my-account", certificate="", address=headers[ADDRESS])
        now = datetime.now(UTC)  # noqa: TID251 -- the terminator's clock is the real one
        assert headers[CERTIFICATE] == ""
        assert told.proves(headers[SIGNATURE], SECRET, at=now)

    def test_drops_what_a_client_says_of_itself(self, front: Front) -> None:
        lies = {CERTIFICATE: "lie", ADDRESS: "203.0.113.9", SIGNATURE: "1.0", "Forwarded": "x"}

        headers = front.told("/", lies | {"X-Forwarded-For": "203.0.113.9"})["headers"]

        assert headers[CERTIFICATE] == ""
        assert headers[ADDRESS] == "127.0.0.1"
        assert "forwarded" not in headers
        assert "x-forwarded-for" not in headers

    def test_passes_path_and_query_on_as_they_are(self, front: Front) -> None:
        assert front.told("/a%20b?q=%2F")["path"] == "/api/a%20b?q=%2F"

    def test_passes_every_cookie_back(self, front: Front) -> None:
        assert front.ask("/").headers.get_all("Set-Cookie") == ["a=1", "b=2"]

    @pytest.mark.fault("F61")
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"X-Long": "x" * 10_300}, 431),
            ({"Content-Length": str(11 * 1024 * 1024)}, 413),
            ({"Transfer-Encoding": "chunked"}, 411),
        ],
    )
    def test_refuses_what_api_gateway_would_not_take(
        self, front: Front, headers: dict[str, str], status: int
    ) -> None:
        assert front.ask("/", headers, method="POST").status == status


@pytest.mark.requirement("A18.1")
class TestSignature:
    NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    TOLD = Told(method="POST", path="/sign-in", certificate="Q0VSVA==", address="10.1.2.3")

    def test_holds_for_a_minute(self) -> None:
        signature = self.TOLD.signed(SECRET, at=self.NOW)

        assert self.TOLD.proves(signature, SECRET, at=self.NOW.replace(second=59))
        assert not self.TOLD.proves(signature, SECRET, at=self.NOW.replace(minute=2))

    @pytest.mark.parametrize(
        "other",
        [
            Told(method="GET", path="/sign-in", certificate="Q0VSVA==", address="10.1.2.3"),
            Told(method="POST", path="/look", certificate="Q0VSVA==", address="10.1.2.3"),
            Told(method="POST", path="/sign-in", certificate="T1RIRVI=", address="10.1.2.3"),
            Told(method="POST", path="/sign-in", certificate="Q0VSVA==", address="10.1.2.4"),
        ],
    )
    def test_is_of_one_request_certificate_and_address(self, other: Told) -> None:
        assert not other.proves(self.TOLD.signed(SECRET, at=self.NOW), SECRET, at=self.NOW)

    @pytest.mark.parametrize("signature", ["", ".", "x.y", "٣.00", "1795559944", "1795559944."])
    def test_that_is_none_proves_nothing(self, signature: str) -> None:
        assert not self.TOLD.proves(signature, SECRET, at=self.NOW)
