"""pyarrow by hand: compute functions over batches that stream, numpy for the check digits."""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import reduce
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tests.bench.peers import spelling
from tests.bench.peers.repeats import Counts, End, Issue, Seen
from tests.bench.peers.rules import (
    ALPHABET,
    BAD_CHARACTER,
    CLOSING,
    CODE_LENGTH,
    CODES,
    COMPACT_DATE,
    DASHES,
    DATE_FORMATS,
    DAY_ZERO,
    EXCEL_ERRORS,
    FINE,
    FIRST_SERIAL,
    FOR_EVER,
    HARD_NULLS,
    INVISIBLE,
    KEY,
    LAST_SERIAL,
    LENGTHS,
    LINE_ENDS,
    LINES,
    LONG_TERM,
    MOST_DECIMALS,
    MOST_DIGITS,
    NAMES,
    NO_TERM,
    NULLS,
    NUMBER,
    OPEN_ENDED,
    OPENING,
    OPTIONAL,
    OUTER,
    PARTY_KINDS,
    PENALTY_KINDS,
    SCIENTIFIC,
    TAKEN_FOR,
    TEXTS,
    TIME,
    TODAY,
    WEIGHTS,
)

_BLOCK: Final = 4 << 20
# Beyond the sum of any right code.
_IMPOSSIBLE: Final = 1e6
_VALUES: Final = np.full(256, _IMPOSSIBLE, dtype=np.float64)
_VALUES[list(ALPHABET.encode())] = range(len(ALPHABET))
_WEIGHTS: Final = np.array(WEIGHTS, dtype=np.float64)
_KIND: Final = "|".join(PENALTY_KINDS)
_DAYS: Final = ("decision_date", "publication_until")
_NARROWED: Final = (*CODES, *_DAYS, "fine_amount", "party_kind")
_PARTY, _NUMBER, _AUTHORITY = map(NAMES.index, KEY)
_EPOCH: Final = date(1970, 1, 1)
_IS_NUMBER: Final = re.compile(NUMBER)

Columns = dict[str, Any]


def run(path: Path, out: BinaryIO) -> Counts:
    accepted = rejected = repeated = 0
    seen = Seen()
    encode = json.JSONEncoder(ensure_ascii=False).encode

    def pass_over(_row: Any) -> str:
        nonlocal rejected
        rejected += 1
        return "skip"

    numbers = count(2)
    for batch in _batches(path, pass_over):
        rows = pa.array([next(numbers) for _ in range(batch.num_rows)])
        told = _contents(batch)
        columns = _spelled(told)
        faults = _faults(told, columns)
        wrong = reduce(pc.or_, faults.values())
        right = pc.invert(wrong)
        issues = [*_issues(rows, wrong, faults), *_issues(rows, right, _notes(told, columns))]
        matching = _matching(columns["decision_number"]).filter(right).to_pylist()
        kept = [columns[name].filter(right).to_pylist() for name in NAMES]
        lines = []
        for row, number, cells in zip(
            rows.filter(right).to_pylist(), matching, zip(*kept, strict=True), strict=True
        ):
            key = (cells[_PARTY], number, cells[_AUTHORITY])
            end = seen.end(key, (*cells[:_NUMBER], *cells[_NUMBER + 1 :]))
            if end is End.FIRST:
                lines.append(encode(dict(zip(NAMES, cells, strict=True))))
            else:
                issues.append(Issue(row, "decision_number", "told before"))
                repeated += end is End.REPEATED
        if lines:
            out.write(("\n".join(lines) + "\n").encode())
        accepted += len(lines)
        rejected += batch.num_rows - len(lines)
    return Counts(accepted, rejected - repeated, repeated)


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


def _contents(batch: Any) -> Columns:
    """Tidy the cells, make "" what stands for nothing, and narrow what is a code or a number."""
    columns = {}
    for name in NAMES:
        cells = _without(batch[name], INVISIBLE)
        cells = pc.utf8_trim(pc.replace_substring_regex(cells, LINE_ENDS, "\n"), OUTER)
        nulls = HARD_NULLS if name in TEXTS else NULLS | NO_TERM if name in _DAYS else NULLS
        cells = pc.if_else(_is_in(cells, nulls), "", cells)
        columns[name] = _narrow(cells) if name in _NARROWED else cells
    return columns


def _without(cells: Any, pattern: str) -> Any:
    return pc.replace_substring_regex(cells, pattern, "")


def _is_in(cells: Any, words: frozenset[str]) -> Any:
    return pc.is_in(cells, pa.array(sorted(words)))


def _narrow(cells: Any) -> Any:
    return pc.replace_substring_regex(pc.utf8_normalize(cells, form="NFKC"), f"[{DASHES}]", "-")


def _spelled(told: Columns) -> Columns:
    columns = dict(told)
    for name in LINES:
        columns[name] = _one_line(told[name])
    columns["party_kind"] = _without(told["party_kind"], r"\s+")
    columns["penalty_kinds"] = _kinds(told["penalty_kinds"])
    for name in CODES:
        columns[name] = _code(_folded(told[name]))
    columns["decision_date"] = _day(told["decision_date"])
    until = told["publication_until"]
    columns["publication_until"] = pc.if_else(
        _is_in(until, LONG_TERM), OPEN_ENDED.isoformat(), _last(_day(until))
    )
    columns["fine_amount"] = _amount(_plain_number(told["fine_amount"]))
    return columns


def _one_line(cells: Any) -> Any:
    joined = pc.replace_substring_regex(
        cells, r"([\x00-\x7f]) *[\n\t][ \n\t]*([\x00-\x7f])", r"\1 \2"
    )
    return _without(joined, r" *[\n\t][ \n\t]*")


def _matching(numbers: Any) -> Any:
    folded = pc.replace_substring_regex(_narrow(numbers), f"[{re.escape(OPENING)}]", "(")
    folded = pc.replace_substring_regex(folded, f"[{re.escape(CLOSING)}]", ")")
    return pc.utf8_upper(_without(folded, r"\s+"))


def _kinds(cells: Any) -> Any:
    """List the kinds in the catalogue's order, each once; what has others stays for the check."""
    told = pc.utf8_trim(_without(pc.replace_substring(cells, "；", ";"), r"\s+"), ";")
    found = [
        pc.if_else(pc.match_substring(told, kind), kind, pa.scalar(None, pa.string()))
        for kind in PENALTY_KINDS
    ]
    listed = pc.binary_join_element_wise(*found, ";", null_handling="skip")
    return pc.if_else(pc.match_substring_regex(told, f"^({_KIND})(;+({_KIND}))*$"), listed, told)


def _folded(cells: Any) -> Any:
    return pc.utf8_ltrim(pc.utf8_upper(_without(cells, r"[\s\-]+")), "'")


def _code(folded: Any) -> Any:
    """Write digits for the letters that no code has, where that makes it right."""
    digits = folded
    for letter, digit in TAKEN_FOR.items():
        digits = pc.replace_substring(digits, letter, digit)
    return pc.if_else(_is_code(digits), digits, folded)


def _day(cells: Any) -> Any:
    """Return ISO dates; what is none is handed on, for the check to find."""
    plain = pc.utf8_trim(cells, " '")
    text = _without(plain, TIME)
    days = [pc.strptime(text, format=form, unit="s", error_is_null=True) for form in DATE_FORMATS]
    compact = pc.if_else(pc.equal(pc.utf8_length(text), len("20260105")), text, "")
    days.append(pc.strptime(compact, format=COMPACT_DATE, unit="s", error_is_null=True))
    iso = pc.strftime(pc.coalesce(*days), format="%Y-%m-%d")
    return pc.coalesce(iso, _of_serial(plain), text)


def _of_serial(cells: Any) -> Any:
    is_serial = pc.match_substring_regex(cells, r"^[0-9]{5}(\.[0-9]+)?$")
    told = pc.if_else(is_serial, pc.utf8_slice_codeunits(cells, 0, 5), pa.scalar(None, pa.string()))
    serial = told.cast(pa.int32())
    known = pc.and_(pc.greater_equal(serial, FIRST_SERIAL), pc.less_equal(serial, LAST_SERIAL))
    from_1970 = pc.add(pc.if_else(known, serial, None), (DAY_ZERO - _EPOCH).days)
    return pc.strftime(from_1970.cast(pa.int32()).cast(pa.date32()), format="%Y-%m-%d")


def _last(day: Any) -> Any:
    ended = pc.or_(pc.equal(day, FOR_EVER.isoformat()), pc.starts_with(day, "9999-"))
    return pc.if_else(ended, OPEN_ENDED.isoformat(), day)


def _plain_number(cells: Any) -> Any:
    return pc.utf8_ltrim(_without(_without(cells, r"\s+"), "万元$"), "'")


def _amount(told: Any) -> Any:
    plain = _without(told, "[¥$,]")
    trimmed = pc.utf8_rtrim(pc.utf8_rtrim(plain, "0"), ".")
    digits = pc.if_else(pc.match_substring(plain, "."), trimmed, plain)
    digits = pc.replace_substring_regex(digits, r"^(-?)0+([0-9])", r"\1\2")
    return pc.replace_substring_regex(digits, r"^(-?)\.", r"\10.")


def _faults(told: Columns, columns: Columns) -> Columns:
    """Return for each rule whether it is broken; an ISO date compares as text."""
    until, decided = columns["publication_until"], columns["decision_date"]
    fine = columns["fine_amount"]
    found = {}
    for name in NAMES:
        if name not in OPTIONAL:
            found[f"{name}:required"] = pc.equal(told[name], "")
        if name not in {*CODES, *_DAYS, "fine_amount"}:
            bad = pc.match_substring_regex(told[name], BAD_CHARACTER)
            found[f"{name}:bad character"] = bad
        found[f"{name}:Excel's error"] = _is_in(told[name], EXCEL_ERRORS)
    for name, most in LENGTHS.items():
        found[f"{name}:too long"] = pc.greater(pc.utf8_length(columns[name]), most)
    for name in CODES:
        found |= _faults_of_code(name, columns[name])
    found |= {
        "credit_code:required of this kind": pc.equal(columns["credit_code"], ""),
        "party_kind:not listed": pc.invert(_is_in(columns["party_kind"], frozenset(PARTY_KINDS))),
        "penalty_kinds:not listed": pc.invert(
            pc.match_substring_regex(columns["penalty_kinds"], f"^({_KIND})(;({_KIND}))*$")
        ),
        "fine_amount:not a number": _filled(
            fine, pc.invert(pc.match_substring_regex(_plain_number(told["fine_amount"]), NUMBER))
        ),
        "fine_amount:below 0": pc.and_(pc.starts_with(fine, "-"), pc.not_equal(fine, "-0")),
        "fine_amount:too many decimals": pc.match_substring_regex(
            fine, rf"\.[0-9]{{{MOST_DECIMALS + 1}}}"
        ),
        "fine_amount:too many digits": pc.match_substring_regex(
            fine, f"^[0-9]{{{MOST_DIGITS + 1}}}"
        ),
        "decision_date:not a date": pc.invert(_is_day(decided)),
        "decision_date:after today": pc.greater(decided, TODAY.isoformat()),
        "publication_until:not a date": _filled(until, pc.invert(_is_day(until))),
        "publication_until:before the decision": _filled(until, pc.less(until, decided)),
    }
    return found


def _faults_of_code(name: str, code: Any) -> Columns:
    wrong = _filled(code, pc.invert(_is_code(code)))
    masked = pc.match_substring(code, "*")
    recast = pc.match_substring_regex(code, SCIENTIFIC)
    lost = pc.and_(wrong, pc.match_substring_regex(code, "^[0-9]{15}000$"))
    other = reduce(pc.and_not, (masked, recast, lost), wrong)
    return {
        f"{name}:masked": masked,
        f"{name}:made scientific notation by Excel": recast,
        f"{name}:its last digits were lost in Excel": lost,
        f"{name}:wrong check character": other,
    }


def _notes(told: Columns, columns: Columns) -> Columns:
    """Return for each thing that is only to be told whether it is so."""
    found = {}
    for name in CODES:
        code = columns[name]
        found[f"{name}:letters were taken for digits"] = pc.not_equal(code, _folded(told[name]))
        found[f"{name}:ends with 000"] = pc.match_substring_regex(code, "^[0-9]{15}000$")
    for name in _DAYS:
        serial = pc.match_substring_regex(told[name], r"^[0-9]{5}(\.[0-9]+)?$")
        found[f"{name}:Excel's number of a day"] = serial
    amounts, contents = columns["fine_amount"], columns["penalty_content"]
    found["fine_amount:told in 元"] = _is_in_yuan(amounts, contents)
    return found


def _is_in_yuan(amounts: Any, contents: Any) -> Any:
    """Compare by Python where a fine is told: no function lists all matches of a pattern."""
    told = pc.and_(pc.not_equal(amounts, ""), pc.match_substring_regex(contents, FINE))
    found = np.zeros(len(told), dtype=bool)
    places = np.flatnonzero(told.to_numpy(zero_copy_only=False))
    taken = zip(amounts.take(places).to_pylist(), contents.take(places).to_pylist(), strict=True)
    for place, (amount, content) in zip(places, taken, strict=True):
        # A number that is told in 元 has the digits of the amount.
        if (amount in content or "," in content) and _IS_NUMBER.match(amount):
            found[place] = spelling.is_in_yuan(amount, content)
    return pa.array(found)


def _filled(cells: Any, wrong: Any) -> Any:
    return pc.and_(pc.not_equal(cells, ""), wrong)


def _is_day(cells: Any) -> Any:
    return pc.is_valid(pc.strptime(cells, format="%Y-%m-%d", unit="s", error_is_null=True))


def _is_code(cells: Any) -> Any:
    whole = pc.equal(pc.binary_length(cells), CODE_LENGTH)
    texts = pc.if_else(whole, cells, "0" * CODE_LENGTH)
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8, count=len(texts) * CODE_LENGTH)
    places = data.reshape(-1, CODE_LENGTH)
    sums = _VALUES[places] @ _WEIGHTS
    return pa.array((sums % 31 == 0) & (sums < _IMPOSSIBLE) & (places[:, 0] != ord("0")))


def _issues(rows: Any, of: Any, told: Columns) -> Iterator[Issue]:
    """Yield an issue for every rule that holds of some of the rows."""
    for column, holds in told.items():
        if pc.any(holds).as_py():
            field, _, message = column.partition(":")
            for row in rows.filter(pc.and_(of, holds)).to_pylist():
                yield Issue(row, field, message)
