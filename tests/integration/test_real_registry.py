"""The register of real enterprises, beside the project, cleans without a false rejection."""

from pathlib import Path

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.sniffing import inspect
from tests.cleaning_builders import TODAY, an_item

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "market_entities.gb18030.csv"


@pytest.mark.requirement("A8.3")
@pytest.mark.skipif(not REGISTER.exists(), reason="the register is beside the project in CI only")
def test_every_enterprise_of_the_register_is_accepted() -> None:
    data = REGISTER.read_bytes()
    facts = inspect([data])

    rows = list(
        open_file(
            [data],
            form=facts.format,
            encoding=facts.encoding,
            item=an_item("legal-registration"),
            today=TODAY,
        )
    )

    assert len(rows) == 233
    assert [row.number for row in rows if row.row is None] == []
