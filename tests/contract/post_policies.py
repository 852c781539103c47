"""Judge posted forms as S3 does, by the signed policy alone (F44).

The local cloud keeps to a form's policy but believes any signature; here both are judged. What S3
documents: every field is in a condition but the signature, the policy and the file; the policy has
not ended; the signature is that of the policy's text under the key of day, region and service.
"""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_FREE: Final = frozenset({"policy", "x-amz-signature", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form as it arrives at a bucket."""

    bucket: str
    fields: Mapping[str, str]
    size: int
    at: datetime


def refusal_of(posted: Posted, *, secret: str) -> str:
    """Return why S3 takes no object from the form; nothing where it does."""
    return next(_faults(posted, secret), "")


def conditions_of(fields: Mapping[str, str]) -> list[Any]:
    told: list[Any] = _policy(fields)["conditions"]
    return told


def _policy(fields: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.b64decode(fields["policy"]))
    return told


def _faults(posted: Posted, secret: str) -> Iterator[str]:
    fields = {name.lower(): value for name, value in posted.fields.items()}
    if not {"policy", "x-amz-credential", "x-amz-signature"} <= fields.keys():
        yield "unsigned"
        return
    if not hmac.compare_digest(_signature(fields, secret), fields["x-amz-signature"]):
        yield "signature"
    policy = _policy(fields)
    if datetime.fromisoformat(policy["expiration"]) <= posted.at:
        yield "expired"
    values = {**fields, "bucket": posted.bucket}
    covered = set()
    for operator, name, value in map(_spelled, policy["conditions"]):
        if operator == "content-length-range":
            if not name <= posted.size <= value:
                yield "size"
            continue
        field = name.removeprefix("$").lower()
        covered.add(field)
        told = values.get(field)
        right = told is not None and (told == value if operator == "eq" else told.startswith(value))
        if not right:
            yield field
    for name in sorted(values.keys() - covered - _FREE):
        yield f"extra {name}"


def _spelled(condition: Any) -> tuple[str, Any, Any]:
    if isinstance(condition, Mapping):
        [(name, value)] = condition.items()
        return "eq", f"${name}", value
    operator, name, value = condition
    return operator, name, value


def _signature(fields: Mapping[str, str], secret: str) -> str:
    _, day, region, service, ending = fields["x-amz-credential"].split("/")
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, ending):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, fields["policy"].encode(), "sha256").hex()
