import pytest

from nbcredit.command.row_numbers import BadRows, rows_of


class TestRows:
    @pytest.mark.parametrize(
        ("text", "rows"),
        [
            ("3", [3]),
            ("3,7", [3, 7]),
            ("7，3, 3", [3, 7]),
            ("10-12,5", [5, 10, 11, 12]),
            ("4-4", [4]),
        ],
    )
    def test_are_named_one_by_one_or_as_ranges(self, text: str, rows: list[int]) -> None:
        assert rows_of(text) == rows

    @pytest.mark.parametrize(
        "text", ["", "三", "3;7", "0", "7-3", "-3", "1-2000", "1-900,1000-1900", "3,"]
    )
    def test_are_refused_where_they_are_none(self, text: str) -> None:
        with pytest.raises(BadRows, match="3,7,10-15"):
            rows_of(text)
