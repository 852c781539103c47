"""A request as API Gateway tells it, and nothing of it taken at its word."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Self
from urllib.parse import unquote

from nbcredit.domain.certificates import ClientCertificate
from nbcredit.runtime.work_site.bodies import (
    Fields,
    SentFile,
    checked_size,
    read_fields,
    read_file,
    read_json,
)
from nbcredit.runtime.work_site.refusals import HeadersTooLarge

_MOST_HEADER_BYTES: Final = 10_240


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; the name of the host is not part of it, as nobody may build upon it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    address: str
    certificate: ClientCertificate | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    id: str = ""

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        """Read an event of a REST API's proxy integration."""
        context = event["requestContext"]
        identity = context.get("identity") or {}
        listed = event.get("multiValueHeaders") or {}
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        told: Mapping[str, Sequence[str]] = event.get("multiValueQueryStringParameters") or {}
        cookies = [
            each for name, values in listed.items() if name.lower() == "cookie" for each in values
        ]
        return cls(
            method=event["httpMethod"],
            path=event["path"],
            # Of a name that comes twice the first counts, here and everywhere.
            query={name: values[0] for name, values in told.items() if values},
            headers=headers,
            cookies=_cookies(cookies or [headers.get("cookie", "")]),
            body=_body(event),
            address=identity.get("sourceIp") or "",
            identity=identity,
            parameters={
                name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()
            },
            id=context.get("requestId", ""),
        )

    def checked(self, *, files: bool = False) -> Self:
        """Return it, or raise `HeadersTooLarge` or `BodyTooLarge`."""
        if sum(len(name) + len(value) for name, value in self.headers.items()) > _MOST_HEADER_BYTES:
            raise HeadersTooLarge
        checked_size(self.body, files=files)
        return self

    @property
    def fields(self) -> Fields:
        return read_fields(self.body, self.headers.get("content-type", ""))

    def file(self, name: str) -> SentFile | None:
        """Return the file of a field, `None` where none was chosen."""
        return read_file(self.body, self.headers.get("content-type", ""), name)

    @property
    def json(self) -> Any:
        return read_json(self.body, self.headers.get("content-type", ""))

    @property
    def is_call(self) -> bool:
        """Whether a program asks, which is answered in JSON."""
        return self.path.startswith(("/api/", "/oauth/"))


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8")


def _cookies(lines: Sequence[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for line in lines:
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(line)
        except CookieError:
            continue
        made |= {name: morsel.value for name, morsel in jar.items()}
    return made
