"""How many rows a second the engine cleans, and what telling the encoding costs."""

import io
from collections.abc import Iterator
from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.sniffing import inspect
from nbcredit.samples.files import generate, write_csv
from tests.cleaning_builders import SHIPPED, TODAY, an_item

ROWS = 5_000
BLOCK = 1 << 18


@cache
def a_file(code: str, encoding: str) -> bytes:
    stream = io.BytesIO()
    rows = generate(an_item(code), rows=ROWS, seed=3, today=TODAY, bad_share=0.016)
    write_csv(rows, stream, encoding=encoding)
    return stream.getvalue()


def blocks_of(data: bytes) -> Iterator[bytes]:
    return (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("code", SHIPPED)
def test_cleaning(benchmark: BenchmarkFixture, code: str, encoding: str) -> None:
    data = a_file(code, encoding)

    def clean() -> int:
        opened = open_file(blocks_of(data), encoding=encoding, item=an_item(code), today=TODAY)
        return sum(1 for _ in opened)

    benchmark.extra_info["rows"] = ROWS
    assert benchmark(clean) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_telling_the_encoding(benchmark: BenchmarkFixture, encoding: str) -> None:
    data = a_file("administrative-penalty", encoding)

    benchmark.extra_info["bytes"] = len(data)
    facts = benchmark(lambda: inspect(blocks_of(data)))

    assert facts.encoding == encoding
