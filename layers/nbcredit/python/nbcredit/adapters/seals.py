"""The locked bucket of the seals: written once, never changed, kept as long as the lock says."""

import gzip
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from nbcredit.domain.audit import AuditUnavailable
from nbcredit.domain.checkpoints import Leaves, Signed, canonical

_CHECKPOINTS: Final = "checkpoints/"
_KEYS: Final = "keys/"
_AT_ONCE: Final = 8
_GONE: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"})
_TAKEN: Final = frozenset({"PreconditionFailed", "412"})


class SealBucket:
    """Reads the first version of everything: a later one can be put there, but changes nothing."""

    def __init__(self, client: Any, *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def checkpoints(self, *, since: str, until: str) -> Iterator[Signed]:
        first, end = _checkpoint_key(since), _checkpoint_key(until)
        listed = [
            each
            for prefix in _prefixes(since, until)
            for each in self._listed(prefix)
            if (not since or first <= each[0]) and each[0] < end
        ]
        with ThreadPoolExecutor(_AT_ONCE) as readers:
            yield from readers.map(lambda each: self._signed(*each), listed)

    def put_checkpoint(self, signed: Signed, *, since: str) -> bool:
        return self._put_signed(_checkpoint_key(since), signed)

    def leaves(self, root: str) -> Leaves | None:
        body = self._body(f"leaves/{root}.json.gz")
        if body is None:
            return None
        told: dict[str, list[tuple[str, str]]] = json.loads(gzip.decompress(body))
        return {key: [(place, hash_) for place, hash_ in told[key]] for key in told}

    def put_leaves(self, leaves: Leaves, *, root: str) -> None:
        if leaves:
            told = canonical({key: list(leaves[key]) for key in leaves})
            self._put(f"leaves/{root}.json.gz", gzip.compress(told.encode(), mtime=0))

    def digest(self, day: date) -> Signed | None:
        body = self._body(_digest_key(day))
        return None if body is None else _read(body, versions=1)

    def put_digest(self, signed: Signed, *, day: date) -> bool:
        return self._put_signed(_digest_key(day), signed)

    def public_keys(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key, version, _ in self._listed(_KEYS):
            body = self._body(key, version)
            found[key.removeprefix(_KEYS).removesuffix(".pem")] = (body or b"").decode()
        return found

    def put_key(self, public_key: str, *, fingerprint: str) -> None:
        self._put(f"{_KEYS}{fingerprint}.pem", public_key.encode())

    def _signed(self, key: str, version: str, versions: int) -> Signed:
        body = self._body(key, version)
        return _read(body or b"", versions=versions)

    def _listed(self, prefix: str) -> Iterator[tuple[str, str, int]]:
        """Yield each key with its first version, and how many versions and deletions it has."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        first: dict[str, str] = {}
        count: dict[str, int] = {}
        try:
            for page in pages:
                for each in page.get("Versions", ()):
                    # The newest comes first.
                    first[each["Key"]] = each["VersionId"]
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    count[each["Key"]] = count.get(each["Key"], 0) + 1
        except (BotoCoreError, ClientError) as error:
            raise AuditUnavailable from error
        for key in sorted(first):
            yield key, first[key], count[key]

    def _body(self, key: str, version: str = "") -> bytes | None:
        told = {"VersionId": version} if version else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **told)
            body: bytes = answer["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code", "") in _GONE:
                return None
            raise AuditUnavailable from error
        except BotoCoreError as error:
            raise AuditUnavailable from error
        return body

    def _put_signed(self, key: str, signed: Signed) -> bool:
        told = {"content": signed.content, "signature": signed.signature, "key": signed.key}
        return self._put(key, canonical(told).encode())

    def _put(self, key: str, body: bytes) -> bool:
        """Write unless the key is taken; a bucket with a lock asks for the checksum."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code", "") in _TAKEN:
                return False
            raise
        return True


def _checkpoint_key(window: str) -> str:
    return f"{_CHECKPOINTS}{window.replace(':', '')}.json"


def _prefixes(since: str, until: str) -> list[str]:
    """Return what the keys of those windows begin with: day by day, where the first is known."""
    if not since:
        return [_CHECKPOINTS]
    first, last = date.fromisoformat(since[:10]), date.fromisoformat(until[:10])
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [f"{_CHECKPOINTS}{day.isoformat()}" for day in days]


def _digest_key(day: date) -> str:
    return f"digests/{day.isoformat()}.json"


def _read(body: bytes, *, versions: int) -> Signed:
    """Read what was put; what is none of ours has no signature that holds."""
    try:
        told = json.loads(body)
        return Signed(
            content=told["content"],
            signature=told["signature"],
            key=told["key"],
            versions=versions,
        )
    except (ValueError, KeyError, TypeError):
        return Signed(content="", signature="", key="", versions=versions)
