from pathlib import Path

import pytest

from nbcredit import adapters
from nbcredit.adapters.schema_checker import JsonSchemaChecker
from tests.cleaning_builders import an_item

WRITTEN = Path(__file__).parents[2] / "schemas" / "catalogue" / "item.meta.json"


class TestMetaSchema:
    @pytest.mark.requirement("A6.1")
    def test_travels_with_the_code_as_it_is_written(self) -> None:
        (folder,) = adapters.__path__

        assert (Path(folder) / WRITTEN.name).read_bytes() == WRITTEN.read_bytes()

    def test_is_what_a_publication_is_checked_by(self) -> None:
        assert JsonSchemaChecker.shipped().faults(an_item("legal-registration").schema) == []
        assert JsonSchemaChecker.shipped().faults({}) != []
