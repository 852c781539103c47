"""A bucket that takes forms over HTTP, for the commands that post them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from functools import cached_property
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class PostOffice:
    """Gives out forms and takes what is posted with them; it opens when a form is asked for."""

    posted: dict[str, bytes] = field(default_factory=dict)
    refuses: str = ""
    opened: bool = False

    def form(self, call: dict[str, Any]) -> dict[str, Any]:
        number = f"01J{len(self.posted):023d}"
        key = f"incoming/{call['provider']}/{call['item']}/{call['period']}/{number}"
        return self.form_of(key, number)

    def form_of(self, key: str, number: str) -> dict[str, Any]:
        return {
            "upload": number,
            "url": f"http://127.0.0.1:{self._server.server_port}/",
            "fields": {"key": key, "policy": "e30="},
            "key": key,
            "expires_at": "2026-11-23T02:15:00Z",
        }

    @cached_property
    def _server(self) -> HTTPServer:
        office = self

        class Counter(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(403 if office.refuses else 201)
                self.end_headers()
                if office.refuses:
                    self.wfile.write(f"<Error><Code>{office.refuses}</Code></Error>".encode())
                else:
                    office.take(self.headers["Content-Type"], body)

            def log_message(self, *_told: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Counter)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.opened = True
        return server

    def take(self, kind: str, body: bytes) -> None:
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        told = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in parts
        }
        assert list(told)[-1] == "file"
        content = told["file"]
        assert isinstance(content, bytes)
        self.posted[bytes(told["key"]).decode()] = content

    def close(self) -> None:
        if self.opened:
            self._server.shutdown()
            self._server.server_close()


@contextmanager
def a_post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    try:
        yield office
    finally:
        office.close()
