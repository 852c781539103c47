import pytest

from infra.coverage.tables import TABLES, Table

tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.mark)


class TestCoverageTables:
    @tables
    def test_are_up_to_date(self, table: Table) -> None:
        assert table.page.read_text(encoding="utf-8") == table.text(), "run `make coverage-table`"

    @tables
    def test_name_known_ids_only(self, table: Table) -> None:
        assert table.unknown() == set()
