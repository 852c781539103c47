from pathlib import Path

import pytest

from nbcredit.command.backfill import NoFilesInFolder, NoPeriodInName, files_of, period_in


@pytest.mark.fault("F21")
class TestPeriodInAName:
    @pytest.mark.parametrize(
        ("name", "period"),
        [
            ("2024-11.xlsx", "2024-11"),
            ("202411.csv", "2024-11"),
            ("2024_09 行政处罚.csv", "2024-09"),
            ("行政处罚2024.09.csv", "2024-09"),
            ("行政处罚2024年9月.xlsx", "2024-09"),
            ("2024 年 12 月 scjg.xlsx", "2024-12"),
            ("2024-11（2024年11月）.csv", "2024-11"),
        ],
    )
    def test_is_the_month_however_it_is_spelled(self, name: str, period: str) -> None:
        assert str(period_in(name)) == period

    @pytest.mark.parametrize(
        "name",
        ["处罚.xlsx", "2024.xlsx", "2024-13.csv", "20241105.csv", "2024-11-05.csv",
         "12024-11.csv", "2024-10至2024-12.csv", "2024年0月.csv"],
    )  # fmt: skip
    def test_is_asked_for_where_there_is_not_exactly_one(self, name: str) -> None:
        with pytest.raises(NoPeriodInName, match="--period"):
            period_in(name)


class TestFilesOf:
    def test_a_folder_are_its_tables_by_name(self, tmp_path: Path) -> None:
        for name in ("b.XLSX", "a.csv", ".hidden.csv", "~$b.xlsx", "readme.md"):
            (tmp_path / name).touch()
        (tmp_path / "c.csv").mkdir()
        other = tmp_path.parent / "one.doc"

        assert [each.name for each in files_of([other, tmp_path])] == ["one.doc", "a.csv", "b.XLSX"]

    def test_refuse_a_folder_without_any(self, tmp_path: Path) -> None:
        with pytest.raises(NoFilesInFolder):
            list(files_of([tmp_path]))
