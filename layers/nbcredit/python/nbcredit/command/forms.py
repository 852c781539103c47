"""Posting a form: its fields as they were signed, then the file, streamed from disk."""

import re
import secrets
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import BinaryIO, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from nbcredit.domain.errors import Conflict, Refusal, Unavailable
from nbcredit.wire.uploads import FormView

_BLOCK: Final = 1 << 20
_SILENCE_SECONDS: Final = 120
_CODE: Final = re.compile(rb"<Code>(\w+)</Code>")


class UploadRefused(Refusal):
    """The bucket does not take the file with this form."""

    code = "upload-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"存储没有接收文件（{reason}）：上传表单 15 分钟内有效，请重新上传；"
            "仍不行请联系市信用中心。"
        )
        self.reason = reason


class UploadBroken(Unavailable):
    """The connection ended before the bucket had the file."""

    code = "upload-broken"

    def __init__(self) -> None:
        super().__init__("上传中断：请检查网络后重新上传，同样的文件不会重复入库。")


class FileChanged(Conflict):
    """The file became shorter while it was uploaded."""

    code = "file-changed"

    def __init__(self) -> None:
        super().__init__("文件在上传时被改动：请关闭正在编辑它的程序，再重新上传。")


def post(form: FormView, file: BinaryIO, *, size: int) -> None:
    """Send the file with its form, or raise why it was not taken."""
    boundary = secrets.token_hex(16)
    head = b"".join(_fields(form.fields, boundary)) + _start_of_file(boundary)
    tail = f"\r\n--{boundary}--\r\n".encode()
    request = Request(  # noqa: S310 -- the address comes from the platform itself
        form.url,
        data=_pieces(head, file, size, tail),
        headers={
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + size + len(tail)),
        },
        method="POST",
    )
    try:
        with urlopen(request, timeout=_SILENCE_SECONDS) as answer:  # noqa: S310 -- as above
            answer.read()
    except HTTPError as error:
        with error:
            raise UploadRefused(_reason(error.read(), error.code)) from error
    except (URLError, HTTPException, ConnectionError, TimeoutError) as error:
        raise UploadBroken from error


def _fields(fields: Mapping[str, str], boundary: str) -> Iterator[bytes]:
    for name, value in fields.items():
        start = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{start}{value}\r\n".encode()


def _start_of_file(boundary: str) -> bytes:
    # The name goes another way: to the bucket every file is called the same.
    return (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


def _pieces(head: bytes, file: BinaryIO, size: int, tail: bytes) -> Iterator[bytes]:
    yield head
    left = size
    while left:
        block = file.read(min(_BLOCK, left))
        if not block:
            raise FileChanged
        left -= len(block)
        yield block
    yield tail


def _reason(body: bytes, status: int) -> str:
    found = _CODE.search(body)
    return found[1].decode() if found else str(status)
