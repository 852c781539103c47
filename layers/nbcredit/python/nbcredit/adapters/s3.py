"""The buckets: what providers upload, and the platform's intermediate files."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from nbcredit.domain.file_names import disposition
from nbcredit.domain.submissions import FileGone
from nbcredit.usecases.uploads import Form

_BLOCK: Final = 1 << 20
_GONE: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"})
# A conflict (409) is not yet taken: the other write may still fail, so that one has to try again.
_TAKEN: Final = frozenset({"PreconditionFailed", "412"})
_LIFE_OF_AN_ADDRESS: Final = 900


class UploadBucket:
    """The bucket of the providers' files, read by version; calls put their rows beside them."""

    def __init__(self, client: Any, *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def blocks(self, key: str, version_id: str) -> Iterator[bytes]:
        version = {"VersionId": version_id} if version_id else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **version)
        except ClientError as error:
            if _code(error) in _GONE:
                raise FileGone(key) from error
            raise
        body = answer["Body"]
        try:
            while block := body.read(_BLOCK):
                yield block
        finally:
            body.close()

    def put(self, key: str, body: bytes) -> str:
        """Put a file there as a provider would; return its version."""
        answer = self._client.put_object(Bucket=self._bucket, Key=key, Body=body)
        version: str = answer["VersionId"]
        return version

    def form(self, key: str, *, size: int, sha256: str, life: timedelta) -> Form:
        """Return a form for exactly that key and size, and those bytes where they are known.

        What is not in its conditions S3 refuses; nothing that it holds is ever shown in a browser.
        """
        fields = {"Content-Type": "application/octet-stream", "success_action_status": "201"}
        if sha256:
            fields["x-amz-checksum-algorithm"] = "SHA256"
            fields["x-amz-checksum-sha256"] = b64encode(bytes.fromhex(sha256)).decode()
        conditions = [{name: value} for name, value in fields.items()]
        signed = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=fields,
            Conditions=[*conditions, ["content-length-range", size, size]],
            ExpiresIn=int(life.total_seconds()),
        )
        return Form(url=signed["url"], fields=signed["fields"])

    def newest(self, key: str, *, limit: int) -> tuple[str, bytes] | None:
        """Return version and bytes of an object, of which at most `limit` are read."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        body = answer["Body"]
        try:
            return answer["VersionId"], body.read(limit)
        finally:
            body.close()

    def download(self, key: str, version: str, *, name: str) -> str:
        """Return an address that serves a version under its name, never within the browser."""
        address: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "VersionId": version,
                "ResponseContentDisposition": disposition(name),
                "ResponseContentType": "application/octet-stream",
            },
            ExpiresIn=_LIFE_OF_AN_ADDRESS,
        )
        return address


class WorkBucket:
    """Small files by key; writing the same again is harmless."""

    def __init__(self, client: Any, *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(
        self, key: str, body: bytes, *, content_type: str = "application/json", tag: str = ""
    ) -> None:
        tagging = {"Tagging": tag} if tag else {}
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, **tagging
        )

    def put_file(self, key: str, file: Any, *, content_type: str, tag: str = "") -> None:
        """Upload an open file in parts."""
        told = {"ContentType": content_type, **({"Tagging": tag} if tag else {})}
        self._client.upload_fileobj(file, self._bucket, key, ExtraArgs=told)

    def put_new(self, key: str, body: bytes, *, tag: str = "") -> bool:
        """Write unless the key is taken; return whether this call wrote it."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                IfNoneMatch="*",
                **({"Tagging": tag} if tag else {}),
            )
        except ClientError as error:
            if _code(error) in _TAKEN:
                return False
            raise
        return True

    def get(self, key: str) -> bytes | None:
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return body

    def lines(self, key: str) -> Iterator[bytes]:
        """Yield the lines of an object, streamed."""
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        try:
            yield from body.iter_lines(_BLOCK)
        finally:
            body.close()

    def keys(self, prefix: str, *, after: str = "") -> Iterator[str]:
        """Yield the keys under a prefix in order."""
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix}
        if after:
            request["StartAfter"] = after
        pages: Iterable[Any] = self._client.get_paginator("list_objects_v2").paginate(**request)
        for page in pages:
            for each in page.get("Contents", ()):
                yield each["Key"]

    def address(self, key: str, *, file_name: str) -> str:
        """Return an address that serves the object under a name for fifteen minutes."""
        address: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": disposition(file_name),
            },
            ExpiresIn=_LIFE_OF_AN_ADDRESS,
        )
        return address


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
