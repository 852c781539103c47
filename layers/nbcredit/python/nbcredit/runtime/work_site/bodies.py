"""What a request brings along, read strictly: sizes, depths and repeats are limited (F60, F61)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser, parse_options_header

from nbcredit.runtime.work_site.refusals import (
    BodyNotUnderstood,
    BodyTooLarge,
    FileTooLargeHere,
    WrongMediaType,
)

# Lambda is given 6 MB at most; nobody types that much, and files go to the bucket.
MOST_BYTES: Final = 1024 * 1024
# A form with a small file: in Base64, with its headers, it still goes into an event.
MOST_FILE_BYTES: Final = 4 * 1024 * 1024
_ROUND_A_FILE: Final = 64 * 1024
_MOST_FIELDS: Final = 1000
_DEEPEST: Final = 20
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form, under the name that its owner gave it."""

    name: str
    content: bytes


def checked_size(body: bytes, *, files: bool = False) -> bytes:
    if len(body) > (MOST_FILE_BYTES + _ROUND_A_FILE if files else MOST_BYTES):
        raise FileTooLargeHere(MOST_FILE_BYTES) if files else BodyTooLarge(MOST_BYTES)
    return body


def read_fields(body: bytes, content_type: str) -> Fields:
    """Return the fields of a form; the same field may come several times."""
    kind, options = parse_options_header(content_type)
    try:
        if kind == _URLENCODED:
            pairs = parse_qsl(
                body.decode("utf-8"),
                keep_blank_values=True,
                max_num_fields=_MOST_FIELDS,
                errors="strict",
            )
        elif kind == _MULTIPART:
            pairs = _parts(body, options.get("boundary", ""))
        else:
            raise WrongMediaType(_URLENCODED)
    except (ValueError, MultipartError) as error:
        raise BodyNotUnderstood("表单的内容不完整，请重新填写。") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        # Browsers send CRLF in text areas.
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def read_file(body: bytes, content_type: str, name: str) -> SentFile | None:
    """Return the file of a field, `None` where none was chosen."""
    kind, options = parse_options_header(content_type)
    if kind != _MULTIPART:
        raise WrongMediaType(_MULTIPART)
    try:
        for part in _parser(body, options.get("boundary", "")):
            if part.name == name and part.filename:
                return SentFile(part.filename, part.raw)
    except (ValueError, MultipartError) as error:
        raise BodyNotUnderstood("文件没有传完整，请重新选择文件再提交。") from error
    return None


def _parts(body: bytes, boundary: str) -> list[tuple[str, str]]:
    return [(part.name, part.value) for part in _parser(body, boundary) if not part.filename]


def _parser(body: bytes, boundary: str) -> MultipartParser:
    return MultipartParser(
        BytesIO(body), boundary, content_length=len(body), part_limit=_MOST_FIELDS, strict=True
    )


def read_json(body: bytes, content_type: str) -> Any:
    """Return a JSON body: no key twice, no depth without end, no number that JSON has not."""
    kind, _ = parse_options_header(content_type)
    if kind != "application/json":
        raise WrongMediaType("application/json")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyNotUnderstood("请用 UTF-8 编码。") from error
    if _depth(text) > _DEEPEST:
        raise BodyNotUnderstood(f"嵌套超过 {_DEEPEST} 层。")
    try:
        body = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        # Half a character can be spelled in JSON, and stored nowhere.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BodyNotUnderstood("不是正确的 JSON。") from error
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BodyNotUnderstood("同一个名称出现了两次。")
    return made


def _no_constant(name: str) -> Any:
    raise BodyNotUnderstood(f"JSON 中没有 {name}。")


def _depth(text: str) -> int:
    """Return how deep brackets nest, those in strings left out."""
    deepest = depth = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif not quoted and character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not quoted and character in "]}":
            depth -= 1
    return deepest
