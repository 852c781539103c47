"""The parts of a workbook as events, without what XML allows and spreadsheets never use."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from nbcredit.cleaning.workbook_refusals import broken, too_deep, too_long, unsafe

# Excel's own limit for a cell is 32,767 characters.
MAX_TEXT: Final = 1_000_000
MAX_DEPTH: Final = 64
# Names of elements and attributes are kept by the parser for good.
MAX_NAMES: Final = 4_096
# Bytes without a new element: one tag or comment is held in memory until it ends.
MAX_SILENCE: Final = 2_000_000
_TEXT_BUFFER: Final = 1 << 16

Attributes = dict[str, str]


class Part:
    """Receives the events of a part: `texts` are the pieces since the last start tag."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.depth = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep()
        self.texts.clear()
        self.opened(local(name) if ":" in name else name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.closed(local(name) if ":" in name else name)

    def opened(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element by its name without prefix."""

    def closed(self, name: str) -> None:
        """Take the end of an element; its text is `texts`."""


def local(name: str) -> str:
    """Drop the prefix: the transitional and the strict namespaces differ in nothing else here."""
    return name.rpartition(":")[2]


def attribute(attributes: Attributes, name: str) -> str:
    """Return an attribute by its name without prefix, or an empty text."""
    for each, value in attributes.items():
        if local(each) == name:
            return value
    return ""


def is_true(value: str | None) -> bool:
    return value in {"1", "true", "on"}


def parse(blocks: Iterable[bytes], part: Part) -> Iterator[None]:
    """Hand the events to the part; yield after every block, so that what it holds can be taken."""
    names: dict[str, str] = {}
    parser = ParserCreate(None, None, names)
    parser.buffer_text = True
    parser.buffer_size = _TEXT_BUFFER
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.CharacterDataHandler = part.texts.append
    parser.EndElementHandler = part.end
    silence = 0

    def heard(name: str, attributes: Attributes) -> None:
        nonlocal silence
        silence = 0
        parser.StartElementHandler = part.start
        part.start(name, attributes)

    try:
        for block in blocks:
            silence += len(block)
            parser.StartElementHandler = heard
            parser.Parse(block, False)  # noqa: FBT003 -- expat takes no keywords
            _check_sizes(part, names, silence)
            yield
        parser.Parse(b"", True)  # noqa: FBT003
        yield
    except (ExpatError, ValueError, LookupError) as error:
        raise broken() from error


def parse_all(blocks: Iterable[bytes], part: Part) -> None:
    for _ in parse(blocks, part):
        pass


class _BegunError(Exception):
    """The first element has begun."""


class _Prolog(Part):
    """Stops at the first element."""

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        raise _BegunError


def check_prolog(blocks: Iterable[bytes]) -> None:
    """Refuse a part that declares a document type, which it could only before its first element."""
    with suppress(_BegunError):
        parse_all(blocks, _Prolog())


def _check_sizes(part: Part, names: dict[str, str], silence: int) -> None:
    if sum(map(len, part.texts)) > MAX_TEXT:
        raise too_long()
    if len(names) > MAX_NAMES:
        raise unsafe(f"元素的名称超过 {MAX_NAMES} 种")
    if silence > MAX_SILENCE:
        raise unsafe("一个元素过长")


def _refuse_doctype(*_: object) -> None:
    raise unsafe("声明了文档类型")
