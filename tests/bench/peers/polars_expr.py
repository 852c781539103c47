"""Polars by hand: expressions over batches that stream, one thread, check digits without a join."""

import functools
import operator
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

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
    TEN_THOUSAND,
    TEXTS,
    TIME,
    TODAY,
    WEIGHTS,
)

_BATCH: Final = 20_000
_DAYS: Final = ("decision_date", "publication_until")
_VALUES: Final = pl.Series(
    [ALPHABET.index(chr(byte)) if chr(byte) in ALPHABET else None for byte in range(256)],
    dtype=pl.Int32,
)
_KIND: Final = "|".join(PENALTY_KINDS)
_SAID: Final = [name for name in NAMES if name != "decision_number"]
# What is judged as it was told, beside what is made of it.
_AS_TOLD: Final = {
    name: f"{name}_as_told" for name in (*CODES, *_DAYS, "fine_amount", "penalty_kinds")
}
_MICRO: Final = 10**MOST_DECIMALS


def run(path: Path, out: BinaryIO) -> Counts:
    accepted = rejected = repeated = 0
    seen = Seen()
    # The column beyond the last takes what an unquoted comma moved.
    rows = pl.scan_csv(
        path,
        schema=dict.fromkeys((*NAMES, "surplus"), pl.String),
        has_header=False,
        skip_rows=1,
        missing_columns="insert",
        row_index_name="row",
        row_index_offset=2,
    )
    for batch in rows.collect_batches(chunk_size=_BATCH, engine="streaming"):
        cleaned = batch
        for step in (_tidy(), _contents(), _folded(), _spelled()):
            cleaned = cleaned.with_columns(step)
        wrong = cleaned.select("row", **_faults())
        noted = cleaned.select("row", **_notes())
        right = ~wrong.select(pl.any_horizontal(pl.exclude("row"))).to_series()
        issues = [*_issues(wrong.filter(~right)), *_issues(noted)]
        sound = cleaned.filter(right).select("row", "matching_number", *NAMES)
        first = []
        for row, end in _ends(sound, seen):
            first.append(end is End.FIRST)
            repeated += end is End.REPEATED
            if end is not End.FIRST:
                issues.append(Issue(row, "decision_number", "told before"))
        sound = sound.filter(pl.Series(first, dtype=pl.Boolean)).drop("row", "matching_number")
        sound.write_ndjson(out)
        accepted += sound.height
        rejected += batch.height - sound.height
    return Counts(accepted, rejected - repeated, repeated)


def _tidy() -> list[pl.Expr]:
    unseen = pl.col(NAMES).str.replace_all(INVISIBLE, "").str.replace_all(LINE_ENDS, "\n")
    return [unseen.str.strip_chars(OUTER)]


def _contents() -> list[pl.Expr]:
    """Make null what stands for nothing, and narrow what is a code or a number."""
    names = [name for name in NAMES if name not in TEXTS]
    return [
        _unless_in(pl.col(list(TEXTS)), {"", *HARD_NULLS}),
        _unless_in(pl.col([*LINES, "party_kind", "penalty_kinds"]), {"", *NULLS}),
        *(
            _narrow(_unless_in(pl.col(name), {"", *NULLS, *NO_TERM}))
            for name in names
            if name in {*CODES, *_DAYS, "fine_amount"}
        ),
    ]


def _unless_in(cells: pl.Expr, words: set[str]) -> pl.Expr:
    return pl.when(~cells.is_in(sorted(words))).then(cells)


def _narrow(cells: pl.Expr) -> pl.Expr:
    return cells.str.normalize("NFKC").str.replace_all(f"[{DASHES}]", "-")


def _spelled() -> list[pl.Expr]:
    """Spell cells as they are stored; a date that is none becomes null."""
    number = _narrow(pl.col("decision_number"))
    return [
        *(_one_line(name) for name in LINES),
        number.str.replace_all(f"[{re.escape(OPENING)}]", "(")
        .str.replace_all(f"[{re.escape(CLOSING)}]", ")")
        .str.replace_all(r"\s+", "")
        .str.to_uppercase()
        .alias("matching_number"),
        _narrow(pl.col("party_kind")).str.replace_all(r"\s+", ""),
        _kinds("penalty_kinds"),
        _kinds_as_told("penalty_kinds").alias(_AS_TOLD["penalty_kinds"]),
        *(_code(name) for name in CODES),
        _day("decision_date"),
        _long_day("publication_until"),
        *(pl.col(name).alias(_AS_TOLD[name]) for name in _DAYS),
        _amount("fine_amount"),
        _plain_number("fine_amount").alias(_AS_TOLD["fine_amount"]),
    ]


def _one_line(name: str) -> pl.Expr:
    joined = pl.col(name).str.replace_all(r"([\x00-\x7f]) *[\n\t][ \n\t]*([\x00-\x7f])", "$1 $2")
    return joined.str.replace_all(r" *[\n\t][ \n\t]*", "")


def _kinds_as_told(name: str) -> pl.Expr:
    kinds = pl.col(name).str.replace_all("；", ";", literal=True).str.replace_all(r"\s+", "")
    return kinds.str.strip_chars(";")


def _kinds(name: str) -> pl.Expr:
    """List the kinds in the catalogue's order, each once; no kind is part of another."""
    told = _kinds_as_told(name)
    found = [
        pl.when(told.str.contains(kind, literal=True)).then(pl.lit(kind)) for kind in PENALTY_KINDS
    ]
    return pl.concat_str(found, separator=";", ignore_nulls=True).alias(name)


def _folded() -> list[pl.Expr]:
    """Fold codes, beside them with digits for the letters that no code has."""
    folded = pl.col(CODES).str.replace_all(r"[\s\-]+", "").str.to_uppercase()
    folded = digits = folded.str.strip_chars_start("'")
    for letter, digit in TAKEN_FOR.items():
        digits = digits.str.replace_all(letter, digit, literal=True)
    return [folded.name.suffix("_as_told"), digits]


def _code(name: str) -> pl.Expr:
    return pl.when(_is_code(pl.col(name))).then(pl.col(name)).otherwise(pl.col(_AS_TOLD[name]))


def _day(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars(" '")
    day = text.str.replace(TIME, "")
    serial = text.str.extract(r"^([0-9]{5})(?:\.[0-9]+)?$").cast(pl.Int64)
    known = pl.when(serial.is_between(FIRST_SERIAL, LAST_SERIAL)).then(serial)
    return pl.coalesce(
        *(day.str.to_date(form, strict=False) for form in DATE_FORMATS),
        pl.when(day.str.len_bytes() == len("20260105"))
        .then(day)
        .str.to_date(COMPACT_DATE, strict=False),
        pl.lit(DAY_ZERO) + pl.duration(days=known),
    )


def _long_day(name: str) -> pl.Expr:
    text = pl.col(name)
    day = _day(name)
    ended = pl.when(day < FOR_EVER).then(day).when(day == FOR_EVER).then(pl.lit(OPEN_ENDED))
    lasts = text.is_in(sorted(LONG_TERM))
    return pl.when(lasts).then(pl.lit(OPEN_ENDED)).otherwise(ended).alias(name)


def _plain_number(name: str) -> pl.Expr:
    spaceless = pl.col(name).str.replace_all(r"\s+", "").str.strip_suffix("万元")
    return spaceless.str.strip_chars_start("'")


def _amount(name: str) -> pl.Expr:
    plain = _plain_number(name).str.replace_all("[¥$,]", "")
    trimmed = plain.str.strip_chars_end("0").str.strip_chars_end(".")
    digits = pl.when(plain.str.contains(".", literal=True)).then(trimmed).otherwise(plain)
    return digits.str.replace(r"^(-?)0+([0-9])", "${1}${2}").str.replace(
        r"^(-?)(\.|$)", "${1}0${2}"
    )


def _faults() -> Mapping[str, pl.Expr]:
    """Return for each rule, of cleaned rows, whether it is broken."""
    until, decided = pl.col("publication_until"), pl.col("decision_date")
    fine = pl.col("fine_amount")
    found: dict[str, pl.Expr] = {" :too many cells": pl.col("surplus").is_not_null()}
    for name in NAMES:
        text = pl.col(_AS_TOLD.get(name, name))
        if name not in OPTIONAL:
            found[f"{name}:required"] = text.is_null()
        if name not in {*CODES, *_DAYS, "fine_amount"}:
            found[f"{name}:bad character"] = text.str.contains(BAD_CHARACTER)
        found[f"{name}:Excel's error"] = text.is_in(sorted(EXCEL_ERRORS))
    for name, most in LENGTHS.items():
        found[f"{name}:too long"] = pl.col(name).str.len_chars() > most
    for name in CODES:
        code = pl.col(name)
        wrong = ~_is_code(code)
        masked = code.str.contains("*", literal=True)
        recast = code.str.contains(SCIENTIFIC)
        lost = (code.str.len_bytes() == CODE_LENGTH) & code.str.contains(r"^[0-9]+000$")
        found[f"{name}:masked"] = masked
        found[f"{name}:made scientific notation by Excel"] = recast
        found[f"{name}:its last digits were lost in Excel"] = wrong & lost
        found[f"{name}:wrong check character"] = wrong & ~masked & ~recast & ~lost
    told = pl.col(_AS_TOLD["fine_amount"])
    negative = fine.str.starts_with("-") & (fine != "-0")
    found |= {
        "credit_code:required of this kind": pl.col("credit_code").is_null(),
        "party_kind:not listed": ~pl.col("party_kind").is_in(PARTY_KINDS),
        "penalty_kinds:not listed": ~pl.col(_AS_TOLD["penalty_kinds"]).str.contains(
            f"^(?:{_KIND})(?:;+(?:{_KIND}))*$"
        ),
        "fine_amount:not a number": ~told.str.contains(NUMBER),
        "fine_amount:below 0": negative,
        "fine_amount:too many decimals": fine.str.contains(rf"\.[0-9]{{{MOST_DECIMALS + 1}}}"),
        "fine_amount:too many digits": fine.str.contains(rf"^[0-9]{{{MOST_DIGITS + 1}}}"),
        "decision_date:not a date": decided.is_null(),
        "decision_date:after today": decided > TODAY,
        "publication_until:not a date": until.is_null()
        & pl.col(_AS_TOLD["publication_until"]).is_not_null(),
        "publication_until:before the decision": until < decided,
    }
    return {name: broken.fill_null(value=False) for name, broken in found.items()}


def _notes() -> Mapping[str, pl.Expr]:
    """Return for each thing that is only to be told whether it is so."""
    found = {}
    for name in CODES:
        code = pl.col(name)
        found[f"{name}:letters were taken for digits"] = code != pl.col(_AS_TOLD[name])
        found[f"{name}:ends with 000"] = code.str.contains(r"^[0-9]{15}000$")
    for name in _DAYS:
        found[f"{name}:Excel's number of a day"] = (
            pl.col(_AS_TOLD[name]).str.contains(r"^[0-9]{5}(\.[0-9]+)?$")
            & pl.col(name).is_not_null()
        )
    found["fine_amount:told in 元"] = _is_in_yuan(pl.col("fine_amount"), pl.col("penalty_content"))
    return {name: told.fill_null(value=False) for name, told in found.items()}


def _is_in_yuan(amount: pl.Expr, content: pl.Expr) -> pl.Expr:
    """Compare in millionths, because floats are not equal."""
    stated = (amount.cast(pl.Float64, strict=False) * _MICRO).round().cast(pl.Int64)
    fines = content.str.extract_all(FINE)
    each = pl.element()
    digits = each.str.extract(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*万?元$").str.replace_all(",", "")
    units = pl.when(each.str.ends_with("万元")).then(TEN_THOUSAND).otherwise(1)
    told = fines.list.eval((digits.cast(pl.Float64) * units * _MICRO).round().cast(pl.Int64))
    same, right = told.list.contains(stated), told.list.contains(stated * TEN_THOUSAND)
    return (stated != 0) & same & ~right


def _is_code(text: pl.Expr) -> pl.Expr:
    whole = pl.when(text.str.len_bytes() == CODE_LENGTH).then(text)
    places = whole.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, CODE_LENGTH))
    values = (
        pl.lit(_VALUES).gather(places.arr.get(place)) * weight
        for place, weight in enumerate(WEIGHTS)
    )
    right = functools.reduce(operator.add, values) % 31 == 0
    is_code = (right & ~text.str.starts_with("0")).fill_null(value=False)
    return pl.when(text.is_not_null()).then(is_code)


def _issues(told: pl.DataFrame) -> Iterator[Issue]:
    """Yield an issue for every cell of the table that is true."""
    columns = [name for name in told.columns if name != "row" and told[name].any()]
    for column in columns:
        field, _, message = column.partition(":")
        for row in told.filter(pl.col(column))["row"]:
            yield Issue(row, field, message)


def _ends(sound: pl.DataFrame, seen: Seen) -> Iterator[tuple[int, End]]:
    number = KEY.index("decision_number")
    key = [*KEY[:number], "matching_number", *KEY[number + 1 :]]
    hashes = sound.select("row", pl.struct(key).hash().alias("key"), pl.struct(_SAID).hash())
    for row, record, said in hashes.iter_rows():
        yield row, seen.end(record, said)
