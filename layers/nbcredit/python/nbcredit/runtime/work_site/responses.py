"""What goes back: a page, a JSON body, a file or a way on, each with the headers it has to have."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from urllib.parse import quote

# Nothing inline, nothing from elsewhere, nobody's frame; forms are posted here or to the bucket.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'{forms}; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final[Mapping[str, str]] = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie for this host alone, that no script reads; an empty value takes it away."""

    name: str
    value: str
    strict: bool = True
    lasts_days: int = 0

    def spelled(self) -> str:
        same_site = "Strict" if self.strict else "Lax"
        ends = ""
        if not self.value:
            ends = "; Max-Age=0"
        elif self.lasts_days:
            ends = f"; Max-Age={self.lasts_days * _DAY}"
        return f"{self.name}={self.value}; Path=/; Secure; HttpOnly; SameSite={same_site}{ends}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer that is ready to be sent."""

    body: str | bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()
    forms_to: str = ""

    def with_cookie(self, *cookies: Cookie) -> Self:
        return replace(self, cookies=(*self.cookies, *cookies))

    @property
    def sent_headers(self) -> dict[str, Any]:
        """The headers; those that come several times are lists."""
        policy = _POLICY.format(forms=f" {self.forms_to}" if self.forms_to else "")
        sent: dict[str, Any] = {
            "Content-Type": self.media_type,
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            **_ALWAYS,
            **self.headers,
        }
        if self.cookies:
            sent["Set-Cookie"] = [cookie.spelled() for cookie in self.cookies]
        return sent


def page(text: str, *, status: int = 200, forms_to: str = "") -> Response:
    return Response(
        body=text, media_type="text/html; charset=utf-8", status=status, forms_to=forms_to
    )


def json_body(body: object, *, status: int = 200, problem: bool = False) -> Response:
    kind = "application/problem+json" if problem else "application/json"
    return Response(
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        media_type=kind,
        status=status,
    )


def see(path: str) -> Response:
    """Send the browser on, by GET, to a page of this site."""
    if not is_local(path):
        raise ValueError(path)
    return Response(
        body="", media_type="text/plain; charset=utf-8", status=303, headers={"Location": path}
    )


def fetch(address: str) -> Response:
    """Send the browser to a file of a bucket, by an address that was signed for it just now."""
    return Response(
        body="", media_type="text/plain; charset=utf-8", status=303, headers={"Location": address}
    )


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """Return a file under its own name, in any script (RFC 6266, RFC 5987)."""
    suffix = name.rpartition(".")[2]
    told = f"attachment; filename=\"download.{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body=content, media_type=media_type, headers={"Content-Disposition": told})


def is_local(path: str) -> bool:
    """Whether a browser stays on this site when it is sent there (F60)."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and path.isprintable()
        and path.isascii()
    )
