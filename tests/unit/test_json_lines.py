import json
import tracemalloc
from collections.abc import Iterator

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.json_lines import read_json_lines
from nbcredit.cleaning.reading import MAX_RECORD, Record
from nbcredit.domain.issues import Issue
from nbcredit.domain.submissions import FileFormat, FileRefused
from tests.cleaning_builders import REGISTRATION, TODAY, an_item


def read(text: str) -> list[Record]:
    return list(read_json_lines([text.encode()], encoding="utf-8"))


class TestNames:
    def test_are_those_of_all_first_lines(self) -> None:
        assert read('{"a": "1"}\n\n{"b": "2"}\n') == [
            (0, ["a", "b"]),
            (1, ["1", ""]),
            (2, ["", ""]),
            (3, ["", "2"]),
        ]

    def test_are_collected_from_fewer_lines_where_they_are_long(self) -> None:
        long = json.dumps({"a": "x" * 900_000})

        names, *_, last = read(f"{long}\n" * 9 + '{"b": "2"}\n')

        assert names == (0, ["a"])
        assert last == (10, ["", "b：2"])

    def test_are_the_header_whatever_the_lines_say(self) -> None:
        titles = {name: name for name in REGISTRATION}
        lines = [{"x": ""}, titles, REGISTRATION]
        text = "".join(f"{json.dumps({'录入': '', **line})}\n" for line in lines)
        wrong = "".join(
            f"{json.dumps(dict(zip('abcdefg', each, strict=True)))}\n"
            for each in (list(REGISTRATION), list(REGISTRATION.values()))
        )

        opened = open_file(
            [text.encode()], item=an_item("legal-registration"), today=TODAY,
            form=FileFormat.JSON_LINES,
        )  # fmt: skip

        assert opened.header.row == 0
        with pytest.raises(FileRefused) as refusal:
            open_file(
                [wrong.encode()], item=an_item("legal-registration"), today=TODAY,
                form=FileFormat.JSON_LINES,
            )  # fmt: skip
        assert [issue.code for issue in refusal.value.issues] == ["E203"]


class TestMemory:
    @pytest.mark.fault("F36")
    def test_does_not_grow_with_the_length_of_the_first_lines(self) -> None:
        line = json.dumps({f"n{number}": "宁" * 9 for number in range(10_000)}).encode() + b"\n"

        def blocks() -> Iterator[bytes]:
            for _ in range(100):
                yield line

        tracemalloc.start()
        for _ in read_json_lines(blocks(), encoding="utf-8"):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert peak < 100_000_000

    @pytest.mark.fault("F36")
    def test_of_a_line_beyond_the_limit_is_not_taken(self) -> None:
        _, first, (row, told), last = read(
            f'{{"a": "1"}}\n{{"a": "{"x" * 10 * MAX_RECORD}"}}\n{{"a": "3"}}\n'
        )

        assert (first, row, last) == ((1, ["1"]), 2, (3, ["3"]))
        assert isinstance(told, Issue)
        assert told.code == "E105"
