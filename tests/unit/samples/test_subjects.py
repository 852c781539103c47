import json
from datetime import date
from pathlib import Path

import pytest

from nbcredit.domain.catalogue import Item
from nbcredit.domain.identifiers import (
    birth_date,
    is_credit_code,
    is_resident_id,
    resident_id_of_15,
)
from nbcredit.samples.authorities import directory
from nbcredit.samples.files import generate
from nbcredit.samples.names import MARKS
from nbcredit.samples.numbers import in_old_form
from nbcredit.samples.subjects import City

FOLDER = Path(__file__).parents[3] / "schemas" / "catalogue" / "2026-1"
TODAY = date(2026, 11, 23)


def the_item(code: str) -> Item:
    schema = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return Item.from_schema(schema, version="2026-1")


def column(item: str, title: str, rows: int) -> list[str]:
    header, *lines = generate(the_item(item), rows=rows, seed=9, today=TODAY, subjects=rows)
    place = header.index(title)
    return [line[place] for line in lines]


class TestCity:
    @pytest.mark.parametrize("seed", [0, 1, 2**40])
    def test_gives_valid_codes_that_belong_to_nobody(self, seed: int) -> None:
        city = City(seed)

        for number in range(300):
            organisation, person = city.organisation(number), city.person(number)
            assert is_credit_code(organisation.credit_code)
            assert organisation.credit_code[8] == "X"
            assert any(mark in organisation.name for mark in MARKS)
            assert is_resident_id(person.resident_id)
            assert person.resident_id.startswith("330201")
            born = birth_date(person.resident_id)
            assert born is not None
            assert born.year < 1920

    def test_never_gives_a_number_twice(self) -> None:
        city, count = City(3), 20_000

        assert len({city.organisation(n).credit_code for n in range(count)}) == count
        assert len({city.organisation(n).name for n in range(count)}) == count
        assert len({city.person(n).resident_id for n in range(count)}) == count

    def test_gives_numbers_whose_old_form_leads_back(self) -> None:
        number = City(3).person(7).resident_id

        assert resident_id_of_15(in_old_form(number)) == number

    def test_is_one_city_in_every_file_of_a_seed(self) -> None:
        registered = set(column("legal-registration", "统一社会信用代码", 200))
        punished = set(column("administrative-penalty", "统一社会信用代码", 200)) - {""}
        owing = set(column("social-insurance-arrears", "证件号码", 200))
        punished_persons = set(column("administrative-penalty", "证件号码", 200)) - {""}

        assert punished <= registered
        assert punished_persons <= owing


class TestDirectory:
    def test_has_every_provider_of_the_catalogue(self) -> None:
        assigned = {
            provider for path in FOLDER.glob("*.json") for provider in the_item(path.stem).providers
        }

        assert assigned <= {each.code for each in directory()}

    def test_has_no_code_twice_and_only_valid_credit_codes(self) -> None:
        entries = directory()

        assert len({each.code for each in entries}) == len(entries)
        assert len({each.credit_code for each in entries}) == len(entries)
        assert all(is_credit_code(each.credit_code) for each in entries)
