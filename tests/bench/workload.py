"""The file that the engine and its peers are measured on: penalties of organisations.

The classes of rows are those of the measurements that the promises come from: 3 % are spelled
differently, 1.6 % are invalid, 1 % have a line break inside a cell, and a row has some 650 bytes.
Every rule that the engine has for these columns is met by some row.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import nbcredit.samples
from nbcredit.samples.dice import Dice, base_of
from nbcredit.samples.files import generate, write_csv
from tests.cleaning_builders import TODAY, an_item

ITEM: Final = "administrative-penalty"
# The 13 required columns and the code of the party, and a date and an amount to be judged by: two
# more than the 14 of the first measurements, which the standard of 2018 does not leave room for.
COLUMNS: Final = (
    "party_name",
    "party_kind",
    "credit_code",
    "decision_number",
    "violation_type",
    "facts",
    "legal_basis",
    "penalty_kinds",
    "penalty_content",
    "fine_amount",
    "decision_date",
    "publication_until",
    "authority_name",
    "authority_code",
    "source_name",
    "source_code",
)
_PLACE: Final = {name: place for place, name in enumerate(COLUMNS)}
DIRTY: Final = 0.03
INVALID: Final = 0.016
_REPEATED: Final = 0.001
_SEED: Final = 2026
# What is invented once; a larger file repeats it under other decision numbers.
_BLOCK: Final = 100_000
_NUMBER: Final = re.compile(rb"\xe7\xac\xac([0-9]{7})\xe5\x8f\xb7")
_STEP: Final = 200_000

_PLACES: Final = (
    "生产车间",
    "仓储场所",
    "经营门店",
    "施工现场",
    "办公地点",
    "配送站点",
    "加工作坊",
)
_FOUND: Final = (
    "发现当事人未建立管理台账，不能提供证明材料",
    "发现有关记录与实际情况不符，原始凭证缺失",
    "发现当事人未落实整改措施，场所仍在使用",
    "发现当事人未履行告知义务，投诉后未作处理",
)
_AFTER: Final = (
    "上述事实有检查笔录、询问笔录、照片证实，当事人未提出陈述、申辩意见",
    "当事人配合调查，如实陈述违法事实，主动提供证据，依法可以从轻处罚",
    "执法人员当场责令改正，复查时已经改正，未造成明显的危害后果",
)


def the_file(rows: int) -> Path:
    """Return the file with so many rows."""
    return kept(f"penalties-{rows}.csv", partial(write, rows=rows))


def kept(name: str, write: Callable[[BinaryIO], None]) -> Path:
    """Return a file that is made once and kept in the temporary folder."""
    folder = Path(tempfile.gettempdir()) / f"nbcredit-bench-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{_version():08x}-{name}"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as stream:
            write(stream)
        unfinished.replace(path)
    return path


def write(stream: BinaryIO, *, rows: int) -> None:
    """Write the header and so many records as UTF-8."""
    if rows <= _BLOCK:
        write_csv(_records(rows), stream, encoding="utf-8")
        return
    turns, rest = divmod(rows, _BLOCK)
    if rest:
        raise ValueError(f"{rows} is no multiple of {_BLOCK}")
    header, _, body = the_file(_BLOCK).read_bytes().partition(b"\r\n")
    stream.write(header + b"\r\n")
    for turn in range(turns):
        stream.write(_NUMBER.sub(partial(_renumbered, by=turn * _STEP), body))


def _version() -> int:
    """Return what tells apart files of different generators."""
    (package,) = nbcredit.samples.__path__
    modules = [Path(__file__), *sorted(Path(package).glob("*.py"))]
    text = "".join(module.read_text(encoding="utf-8") for module in modules)
    return base_of(_SEED, text) & 0xFFFFFFFF


def _renumbered(match: re.Match[bytes], *, by: int) -> bytes:
    return f"第{int(match[1]) + by:07d}号".encode()


def _records(rows: int) -> Iterator[list[str]]:
    titles = [an_item(ITEM).fields[name].title for name in COLUMNS]
    yield titles
    fates = base_of(_SEED, "fates")
    earlier: list[str] = []
    for number, cells in enumerate(islice(_of_organisations(rows, titles), rows)):
        fate = Dice(fates, number)
        if fate.chance(INVALID):
            yield _spoiled(cells, earlier, fate)
        elif earlier and fate.chance(_REPEATED):
            yield list(earlier)
        else:
            earlier = cells
            yield _spelled_differently(cells, fate) if fate.chance(DIRTY) else cells


def _of_organisations(rows: int, titles: Sequence[str]) -> Iterator[list[str]]:
    made = generate(an_item(ITEM), rows=2 * rows + 100, seed=_SEED, today=TODAY)
    header = next(made)
    places = [header.index(title) for title in titles]
    for cells in made:
        chosen = [cells[place] for place in places]
        if chosen[_PLACE["credit_code"]]:
            yield _told_at_length(chosen)


def _told_at_length(cells: list[str]) -> list[str]:
    """Tell the facts as a decision does."""
    facts = _PLACE["facts"]
    dice = Dice(base_of(_SEED, cells[_PLACE["decision_number"]]))
    day = date.fromordinal(TODAY.toordinal() - 90 - dice.below(300))
    cells[facts] = (
        f"经查，{day.year}年{day.month}月{day.day}日执法人员在当事人的{dice.pick(_PLACES)}检查时，"
        f"{dice.pick(_FOUND)}，{cells[facts]}，涉及货值{dice.below(90_000) + 1_000}元；"
        f"{dice.pick(_AFTER)}。"
    )
    return cells


def _spelled_differently(cells: Sequence[str], dice: Dice) -> list[str]:
    return _changed(cells, *dice.pick(_WAYS_TO_SPELL))


def _spoiled(cells: Sequence[str], earlier: Sequence[str], dice: Dice) -> list[str]:
    way = dice.below(len(_WAYS_TO_SPOIL) + 2)
    if way < len(_WAYS_TO_SPOIL):
        return _changed(cells, *_WAYS_TO_SPOIL[way])
    if way == len(_WAYS_TO_SPOIL) and earlier:
        return _changed(earlier, "penalty_content", lambda content: f"{content}（已更正）")
    return [*cells, "一个未加引号的英文逗号之后"]


def _changed(cells: Sequence[str], name: str, change: Callable[[str], str]) -> list[str]:
    place = _PLACE[name]
    return [*cells[:place], change(cells[place]), *cells[place + 1 :]]


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _in_chinese(day: str) -> str:
    year, month, rest = day.split("-")
    return f"{year}年{int(month)}月{int(rest)}日"


def _with_slashes(day: str) -> str:
    return day.replace("-", "/").replace("/0", "/")


def _by_excel(day: str) -> str:
    return str((date.fromisoformat(day) - date(1899, 12, 30)).days) if day else day


def _wrapped(text: str) -> str:
    middle = len(text) // 2
    return f"{text[:middle]}\n{text[middle:]}"


def _hiding(unseen: str) -> Callable[[str], str]:
    return lambda text: f"{text[:3]}{unseen}{text[3:]}"


def _in_groups(code: str) -> str:
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _in_yuan(amount: str) -> str:
    return f"{Decimal(amount) * 10_000:,f}" if amount else amount


def _mistyped(code: str) -> str:
    return code[:-1] + ("1" if code[-1] != "1" else "2")


_WAYS_TO_SPELL: Final[Sequence[tuple[str, Callable[[str], str]]]] = (
    ("decision_date", _in_chinese),
    ("decision_date", _with_slashes),
    ("publication_until", lambda day: day.replace("-", "")),
    ("publication_until", _in_chinese),
    ("credit_code", _wide),
    ("credit_code", str.lower),
    ("authority_code", _wide),
    ("source_code", str.lower),
    ("fine_amount", _wide),
    ("party_name", lambda name: f"\u3000{name} "),
    ("legal_basis", lambda text: f"{text}  "),
    ("party_kind", lambda kind: f" {kind}"),
    ("party_name", _hiding("\u200b")),
    ("authority_name", _wrapped),
    ("credit_code", _in_groups),
    ("credit_code", lambda code: code.replace("0", "O")),
    ("authority_code", lambda code: code.replace("1", "I").replace("5", "S")),
    ("decision_number", _wrapped),
    ("decision_number", lambda number: number.replace("〔", "[").replace("〕", "]")),
    ("facts", _hiding("\ufeff")),
    ("penalty_content", lambda text: f"\u3000{text}\r\n"),
    ("fine_amount", lambda _: "无"),
    ("fine_amount", lambda amount: f"{amount} 万元" if amount else amount),
    ("fine_amount", lambda amount: f"{amount}00" if "." in amount else amount),
    ("fine_amount", _in_yuan),
    ("decision_date", _by_excel),
    ("decision_date", lambda day: f"{day} 00:00:00"),
    ("decision_date", lambda day: day.replace("-", ".")),
    ("publication_until", _by_excel),
    ("publication_until", lambda _: "长期有效"),
    ("publication_until", lambda _: "—"),
)
_WAYS_TO_SPOIL: Final[Sequence[tuple[str, Callable[[str], str]]]] = (
    ("credit_code", _mistyped),
    ("credit_code", lambda code: f"{code[:6]}********{code[-4:]}"),
    ("credit_code", lambda _: "9.13302E+17"),
    # Without its code a row is not wrong but compared by its name, which no peer does.
    ("party_name", lambda _: ""),
    ("authority_code", _mistyped),
    ("party_kind", lambda _: "企业"),
    ("facts", lambda _: ""),
    ("violation_type", lambda text: f"{text[:2]}\ufffd{text[2:]}"),
    ("decision_number", lambda number: number + "1" * 140),
    ("penalty_kinds", lambda _: "罚款；批评教育"),
    ("fine_amount", lambda _: "-0.5"),
    ("fine_amount", lambda _: "两千元"),
    ("fine_amount", lambda _: "0.1234567"),
    ("decision_date", lambda _: "2026-13-45"),
    ("decision_date", lambda _: "2027-01-05"),
    ("publication_until", lambda _: "2001-01-01"),
    ("publication_until", lambda _: "待定"),
    ("credit_code", lambda _: "913302110000012000"),
    ("source_code", lambda code: code[:17]),
    ("authority_name", lambda _: "—"),
    ("source_name", lambda _: "#REF!"),
    ("facts", lambda _: "NULL"),
    ("legal_basis", lambda _: "\\N"),
    ("party_name", _hiding("\x07")),
    ("fine_amount", lambda _: "1234567890123"),
    ("decision_date", lambda _: "N/A"),
)
