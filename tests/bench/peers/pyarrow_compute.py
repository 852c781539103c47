"""pyarrow by hand: compute functions over batches that stream, numpy for the check digits."""

import json
from collections.abc import Mapping
from functools import reduce
from itertools import compress
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tests.bench.peers.rules import (
    ALPHABET,
    AMOUNT,
    BAD_CHARACTER,
    CODES,
    DATE_FORMATS,
    FOR_EVER,
    LENGTHS,
    NAMES,
    OPEN_ENDED,
    PARTY_KINDS,
    PENALTY_KINDS,
    TODAY,
    WEIGHTS,
)

_BLOCK: Final = 4 << 20
_PLACES: Final = len(WEIGHTS)
# Beyond the sum of any right code.
_IMPOSSIBLE: Final = 1e6
_VALUES: Final = np.full(256, _IMPOSSIBLE, dtype=np.float64)
_VALUES[list(ALPHABET.encode())] = range(len(ALPHABET))
_WEIGHTS: Final = np.array(WEIGHTS, dtype=np.float64)
_KIND: Final = "|".join(PENALTY_KINDS)
_KEY: Final = ("credit_code", "decision_number", "authority_code")

Columns = Mapping[str, Any]


def run(path: Path, out: BinaryIO) -> tuple[int, int]:
    accepted = rejected = 0
    seen: set[tuple[str, ...]] = set()
    encode = json.JSONEncoder(ensure_ascii=False).encode

    def pass_over(_row: Any) -> str:
        nonlocal rejected
        rejected += 1
        return "skip"

    for batch in _batches(path, pass_over):
        columns = _cleaned(batch)
        right = _is_right(columns)
        kept = [column.filter(right).to_pylist() for column in columns.values()]
        keys = zip(*(kept[NAMES.index(name)] for name in _KEY), strict=True)
        first = []
        for key in keys:
            first.append(key not in seen)
            seen.add(key)
        lines = [
            encode(dict(zip(NAMES, cells, strict=True)))
            for cells in compress(zip(*kept, strict=True), first)
        ]
        if lines:
            out.write(("\n".join(lines) + "\n").encode())
        accepted += len(lines)
        rejected += batch.num_rows - len(lines)
    return accepted, rejected


def _batches(path: Path, pass_over: Any) -> Any:
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, column_names=NAMES, skip_rows=1
        ),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=pass_over),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(NAMES, pa.string()), strings_can_be_null=False
        ),
    )


def _cleaned(batch: Any) -> Columns:
    columns = {name: pc.utf8_trim_whitespace(batch[name]) for name in NAMES}
    for name in CODES:
        columns[name] = pc.utf8_upper(pc.utf8_normalize(columns[name], form="NFKC"))
    for name in ("decision_date", "publication_until"):
        columns[name] = _day(columns[name])
    columns["fine_amount"] = _amount(columns["fine_amount"])
    kinds = pc.replace_substring(columns["penalty_kinds"], "；", ";")
    columns["penalty_kinds"] = pc.replace_substring_regex(kinds, r"\s*;\s*", ";")
    return columns


def _day(cells: Any) -> Any:
    """Return ISO dates; what is none is handed on, for the check to find."""
    spelled = pc.utf8_normalize(cells, form="NFKC")
    days = (
        pc.strptime(spelled, format=form, unit="s", error_is_null=True) for form in DATE_FORMATS
    )
    told = pc.strftime(pc.coalesce(*days), format="%Y-%m-%d")
    ended = pc.if_else(pc.equal(told, FOR_EVER.isoformat()), OPEN_ENDED.isoformat(), told)
    return pc.coalesce(ended, spelled)


def _amount(cells: Any) -> Any:
    plain = pc.replace_substring_regex(
        pc.replace_substring(pc.utf8_normalize(cells, form="NFKC"), ",", ""), "万元$", ""
    )
    trimmed = pc.utf8_rtrim(pc.utf8_rtrim(plain, "0"), ".")
    return pc.if_else(pc.match_substring(plain, "."), trimmed, plain)


def _is_right(columns: Columns) -> Any:
    """Tell, of cleaned cells, in which rows nothing is wrong; an ISO date compares as text."""
    until, decided = columns["publication_until"], columns["decision_date"]
    conditions = [
        *(_is_short(columns[name], most) for name, most in LENGTHS.items()),
        *(pc.invert(pc.match_substring_regex(columns[name], BAD_CHARACTER)) for name in LENGTHS),
        *(_is_code(columns[name]) for name in CODES),
        pc.is_in(columns["party_kind"], pa.array(PARTY_KINDS)),
        pc.match_substring_regex(columns["penalty_kinds"], f"^({_KIND})(;({_KIND}))*$"),
        _or_empty(columns["fine_amount"], pc.match_substring_regex(columns["fine_amount"], AMOUNT)),
        _is_day(decided),
        pc.less_equal(decided, TODAY.isoformat()),
        _or_empty(until, pc.and_(_is_day(until), pc.greater_equal(until, decided))),
    ]
    return reduce(pc.and_, conditions)


def _or_empty(cells: Any, right: Any) -> Any:
    return pc.or_(pc.equal(cells, ""), right)


def _is_day(cells: Any) -> Any:
    return pc.is_valid(pc.strptime(cells, format="%Y-%m-%d", unit="s", error_is_null=True))


def _is_short(cells: Any, most: int) -> Any:
    lengths = pc.utf8_length(cells)
    return pc.and_(pc.greater(lengths, 0), pc.less_equal(lengths, most))


def _is_code(cells: Any) -> Any:
    whole = pc.equal(pc.binary_length(cells), _PLACES)
    texts = pc.if_else(whole, cells, "0" * _PLACES)
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8, count=len(texts) * _PLACES)
    places = data.reshape(-1, _PLACES)
    sums = _VALUES[places] @ _WEIGHTS
    return pa.array((sums % 31 == 0) & (sums < _IMPOSSIBLE) & (places[:, 0] != ord("0")))
