from collections.abc import Iterator

import pytest

from nbcredit.cleaning.reading import MAX_RECORD, Record, read_csv
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused


def read(data: bytes, encoding: str = "utf-8") -> list[Record]:
    return list(read_csv([data], encoding=encoding))


def refused(data: bytes) -> tuple[str, int]:
    with pytest.raises(FileRefused) as refusal:
        read(data)
    (issue,) = refusal.value.issues
    return issue.code.value, issue.row


class TestRecords:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_end_as_the_platform_of_the_provider_ends_lines(self, end: str) -> None:
        assert read(f"a,b{end}1,2{end}3,4".encode()) == [
            (1, ["a", "b"]),
            (2, ["1", "2"]),
            (3, ["3", "4"]),
        ]

    def test_are_one_row_whatever_their_lines(self) -> None:
        assert read(b'a,b\n"1\n\r\n1",2\n\n3,4\n') == [
            (1, ["a", "b"]),
            (2, ["1\n\r\n1", "2"]),
            (3, []),
            (4, ["3", "4"]),
        ]

    @pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
    def test_are_not_cut_by_other_separators(self, separator: str) -> None:
        assert len(read(f"a,b\n1{separator}1,2\n".encode())) == 2

    def test_may_be_separated_by_tabs(self) -> None:
        records = read_csv([b"a\tb\n1,1\t2\n"], encoding="utf-8", delimiter="\t")

        assert list(records)[1] == (2, ["1,1", "2"])

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_come_from_blocks_of_any_size(self, encoding: str) -> None:
        data = 'a,b\n"𠮷,㐱""镕",宁\n'.encode(encoding)
        blocks = (bytes([byte]) for byte in data)

        assert list(read_csv(blocks, encoding=encoding))[1] == (2, ['𠮷,㐱"镕', "宁"])

    def test_are_read_as_they_are_asked_for(self) -> None:
        taken = 0

        def blocks() -> Iterator[bytes]:
            nonlocal taken
            for number in range(100_000):
                taken = number
                yield b"1234567,1234567\n" * 64

        records = read_csv(blocks(), encoding="utf-8")

        assert next(records)[0] == 1
        assert taken < 1000


class TestQuotes:
    @pytest.mark.fault("F36")
    def test_never_closed_are_told_at_their_start(self) -> None:
        rows = [f"{n},b\n" for n in range(2, 5000)]
        rows[498] = '500,"b\n'

        assert refused(("a,b\n" + "".join(rows)).encode()) == ("E106", 500)

    def test_closed_in_a_later_row_are_told_at_their_start(self) -> None:
        assert refused(b'a,b\n1,2\n3,"4\n5,6\n7,"8"\n9,0\n') == ("E106", 3)

    def test_misused_within_a_line_cost_that_row_only(self) -> None:
        header, (row, told), last = read(b'a,b\n1,"2"2\n3,4\n')

        assert (header, row, last) == ((1, ["a", "b"]), 2, (3, ["3", "4"]))
        assert isinstance(told, Issue)
        assert (told.code, told.row) == (IssueCode.MISQUOTED, 2)

    def test_inside_an_unquoted_cell_are_text(self) -> None:
        assert read(b'a,b\n1"1,2\n')[1] == (2, ['1"1', "2"])


class TestLimits:
    @pytest.mark.fault("F36")
    def test_take_a_cell_of_a_megabyte_as_one_row(self) -> None:
        ((_, cells),) = read(b"1," + b"x" * (MAX_RECORD - 2))

        assert isinstance(cells, list)
        assert len(cells[1]) == MAX_RECORD - 2

    @pytest.mark.fault("F36")
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("cell", ["x" * 10_000_000, '"' + 'x,""' * 3_000_000 + '"'])
    def test_pass_over_a_longer_record_of_one_line(self, cell: str, end: str) -> None:
        first, (row, told), last = read(f"a,b{end}1,{cell}{end}3,4{end}".encode())

        assert (first, row, last) == ((1, ["a", "b"]), 2, (3, ["3", "4"]))
        assert isinstance(told, Issue)
        assert (told.code, told.row) == (IssueCode.TOO_LARGE, 2)

    def test_refuse_a_line_whose_end_cannot_be_told(self) -> None:
        assert refused(b"a,b\n" + b"x" * MAX_RECORD + b"\r\n1,2\n") == ("E105", 2)

    @pytest.mark.fault("F36")
    def test_refuse_a_record_without_end(self) -> None:
        assert refused(b'a,b\n"' + b"x" * (MAX_RECORD + 1)) == ("E105", 2)
        assert refused(b'a,b\n"' + b"xxxxxxxxx\n" * (MAX_RECORD // 10 + 1)) == ("E106", 2)

    def test_refuse_what_cannot_be_decoded(self) -> None:
        assert refused(b"a,b\n1,\xff\n")[0] == "E104"
