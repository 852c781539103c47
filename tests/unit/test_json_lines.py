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


@pytest.mark.requirement("A8.2")
class TestValues:
    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ('"宁波"', "宁波"),
            ('"\\u5b81\\ud842\\udfb7"', "宁𠮷"),
            ('"\\ud842"', "\ud842"),
            ("null", ""),
            ("true", "TRUE"),
            ("false", "FALSE"),
            ("0.20", "0.20"),
            ("1E3", "1E3"),
            ("-0", "-0"),
            ("9007199254740993", "9007199254740993"),
            ("330299199001010017", "330299199001010017"),
            ("NaN", "NaN"),
            ('["罚款", "警告"]', "罚款;警告"),
            ("[]", ""),
        ],
    )
    def test_are_cells_as_they_are_written(self, value: str, cell: str) -> None:
        assert read(f'{{"a": {value}}}\n')[1:] == [(1, [cell])]

    def test_under_a_name_that_comes_late_are_beyond_the_header(self) -> None:
        lines = '{"a": "1"}\n' * 1_000 + '{"a": "2", "b": "", "c": "3"}\n'

        assert read(lines)[-1] == (1_001, ["2", "c：3"])

    def test_that_are_lost_so_are_told(self) -> None:
        lines = [json.dumps(REGISTRATION)] * 1_000 + [json.dumps({**REGISTRATION, "备注": "晚"})]
        opened = open_file(
            ["\n".join(lines).encode()], item=an_item("legal-registration"), today=TODAY,
            form=FileFormat.JSON_LINES,
        )  # fmt: skip

        *_, last = opened

        assert (last.outcome, last.number) == ("rejected", 1_001)
        assert [issue.code for issue in last.issues] == ["E307"]


@pytest.mark.requirement("A8.5")
class TestLines:
    @pytest.mark.fault("F31")
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("[1, 2]", "不是一个没有嵌套的 JSON 对象：每行应为一个对象"),
            ('"a"', "不是一个没有嵌套的 JSON 对象"),
            ("null", "不是一个没有嵌套的 JSON 对象"),
            ('{"a": {"b": "1"}}', "不是一个没有嵌套的 JSON 对象"),
            ('{"a": [1, {"b": 2}]}', "不是一个没有嵌套的 JSON 对象"),
            ('{"a": "1"', "不是一个没有嵌套的 JSON 对象"),
            ('{"a": "1"}{"a": "2"}', "不是一个没有嵌套的 JSON 对象"),
            ("{'a': '1'}", "不是一个没有嵌套的 JSON 对象"),
            ('{"a": "1\t2"}', "不是一个没有嵌套的 JSON 对象"),
            ("[" * 100_000, "不是一个没有嵌套的 JSON 对象"),
            ('{"a":' * 100_000, "不是一个没有嵌套的 JSON 对象"),
            ('{"a": "1", "b": "2", "a": "3"}', "的字段“a”重复：请只保留一个。"),
        ],
    )
    def test_that_are_no_flat_object_are_told_by_their_number(self, line: str, words: str) -> None:
        _, first, (row, told), last = read(f'{{"a": "1"}}\n{line}\n{{"a": "3"}}')

        assert (first, row, last) == ((1, ["1"]), 2, (3, ["3"]))
        assert isinstance(told, Issue)
        assert (told.code, told.row) == ("E313", 2)
        assert f"第 2 行{words}" in told.message

    @pytest.mark.fault("F35")
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_end_like_those_of_any_text(self, end: str) -> None:
        assert read(f'{{"a": "1"}}{end}{end}\ufeff{{"a": "2\\n3"}}') == [
            (0, ["a"]),
            (1, ["1"]),
            (2, [""]),
            (3, ["2\n3"]),
        ]

    def test_may_be_none(self) -> None:
        assert read("") == []


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
