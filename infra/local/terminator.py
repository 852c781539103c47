"""TLS in front of the work site on this machine: it looks at client certificates and says so.

What a production terminator does: it drops what a client says of certificates and addresses,
tells what it has seen itself, and signs that. Without a certificate a request goes on without one.
"""

import base64
import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from nbcredit.adapters.terminator import ADDRESS, CERTIFICATE, SIGNATURE, Told

_HOST: Final = "127.0.0.1"
# What API Gateway takes.
_MOST_BODY: Final = 10 * 1024 * 1024
_MOST_HEADERS: Final = 10_240
_PATIENCE: Final = 30
_IDLE: Final = 20
# Told by the terminator alone, or of this connection only.
_DROPPED: Final = (
    "x-client-",
    "x-forwarded-",
    "forwarded",
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "upgrade",
    "proxy-",
)
_NOT_PASSED_BACK: Final = {"content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind the terminator, and the secret that they share."""

    port: int
    prefix: str
    secret: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nbcredit"
    sys_version = ""
    timeout = _IDLE
    behind: Behind

    def setup(self) -> None:
        # In the thread of this connection: a client that is slow to shake hands stops nobody else.
        self.request.settimeout(_IDLE)
        self.request.do_handshake()
        super().setup()

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError, TimeoutError):
            self.close_connection = True

    def do_GET(self) -> None:
        body = self._body()
        if body is None:
            return
        if sum(len(name) + len(value) for name, value in self.headers.items()) > _MOST_HEADERS:
            self._refuse(431)
            return
        connection = http.client.HTTPConnection(_HOST, self.behind.port, timeout=_PATIENCE)
        try:
            connection.request(
                self.command, self.behind.prefix + self.path, body=body, headers=self._told()
            )
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError:
            self._refuse(504)
            return
        except (OSError, http.client.HTTPException):
            self._refuse(502)
            return
        finally:
            connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _NOT_PASSED_BACK:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing: addresses may hold what is nobody's to read."""

    def _body(self) -> bytes | None:
        told = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not told.isdecimal():
            self._refuse(411)
            return None
        if int(told) > _MOST_BODY:
            self._refuse(413)
            return None
        return self.rfile.read(int(told))

    def _told(self) -> dict[str, str]:
        connection: ssl.SSLSocket = self.connection
        der = connection.getpeercert(binary_form=True)
        told = Told(
            method=self.command,
            path=self.path.partition("?")[0],
            certificate=base64.b64encode(der).decode() if der else "",
            address=self.client_address[0],
        )
        now = datetime.now(UTC)  # noqa: TID251 - the edge where time comes in
        sent = {
            name: value
            for name, value in self.headers.items()
            if not name.lower().startswith(_DROPPED)
        }
        return sent | {
            CERTIFICATE: told.certificate,
            ADDRESS: told.address,
            SIGNATURE: told.signed(self.behind.secret, at=now),
        }

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that end in the middle."""


@contextmanager
def terminator(
    behind: Behind, *, port: int, server: tuple[Path, Path], issuers: str
) -> Iterator[int]:
    """Serve https on a port of this machine; `issuers` are whose client certificates are taken."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=issuers)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*server)
    context.verify_mode = ssl.CERT_OPTIONAL
    handler = type("Handler", (_Handler,), {"behind": behind})
    listening = _Server((_HOST, port), handler)
    listening.socket = context.wrap_socket(
        listening.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=listening.serve_forever, name="terminator", daemon=True)
    thread.start()
    try:
        yield listening.server_port
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
