"""`POST /oauth/token`: client credentials of systems, by certificate (RFC 6749, RFC 8705)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.errors import Refusal
from nbcredit.domain.sessions import TOKEN_LIFE, SignInRefused
from nbcredit.runtime.work_site.bodies import Fields
from nbcredit.runtime.work_site.desk import Visit
from nbcredit.runtime.work_site.responses import Response, json_body
from nbcredit.runtime.work_site.routes import Route
from nbcredit.usecases.tokens import Tokens

_GRANT: Final = "client_credentials"


@dataclass(frozen=True, slots=True)
class OAuth:
    """Gives out tokens that are bound to the certificate they were asked with."""

    tokens: Tokens

    def routes(self) -> Sequence[Route]:
        return (
            Route(
                method="POST",
                path="/oauth/token",
                view=self._token,
                open_to_all=True,
                form_checked=False,
            ),
        )

    def _token(self, visit: Visit) -> Response:
        try:
            fields = visit.request.fields
        except Refusal:
            return _error("invalid_request", "send application/x-www-form-urlencoded")
        told = {name: values[0] for name, values in fields.items()}
        for code, description, holds in _faults(fields, told):
            if holds:
                return _error(code, description)
        try:
            token, _ = self.tokens.issue(
                told["client_id"], certificate=visit.certificate, address=visit.request.address
            )
        except SignInRefused:
            return _error(
                "invalid_client", "certificate and account do not match or hold", status=401
            )
        return json_body(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(TOKEN_LIFE.total_seconds()),
            }
        )


def _faults(fields: Fields, told: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    repeated = any(len(values) > 1 for values in fields.values())
    grant = told.get("grant_type", "")
    yield "invalid_request", "a parameter is repeated", repeated
    yield "invalid_request", f"grant_type is missing: {_GRANT}", not grant
    yield "unsupported_grant_type", f"grant_type must be {_GRANT}", grant != _GRANT
    yield "invalid_scope", "leave scope out: permissions come with the account", "scope" in told
    yield "invalid_request", "client_id is missing", not told.get("client_id")


def _error(code: str, description: str, *, status: int = 400) -> Response:
    # RFC 6749, 5.2: the description is ASCII.
    return json_body({"error": code, "error_description": description}, status=status)
