import io
import json
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.rows import CleanedRow, Outcome
from nbcredit.samples.files import SampleMismatch, Spoiled, generate, write_csv

FOLDER = Path(__file__).parents[3] / "schemas" / "catalogue" / "2026-1"
ITEMS = sorted(path.stem for path in FOLDER.glob("*.json"))
TODAY = date(2026, 11, 23)


def the_item(code: str) -> Item:
    schema = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return Item.from_schema(schema, version="2026-1")


def cleaned(item: Item, data: bytes, encoding: str = "utf-8") -> list[CleanedRow]:
    return list(open_file([data], encoding=encoding, item=item, today=TODAY))


def ways_of(item: Item) -> set[IssueCode]:
    """Return the problems that files of the item must be able to show."""
    forms = {field.form for field in item.fields.values()}
    listed = any("enum" in field.schema for field in item.fields.values() if field.form == "choice")
    return {
        IssueCode.REQUIRED,
        IssueCode.BAD_DATE,
        IssueCode.DATE_IN_FUTURE,
        IssueCode.TOO_LONG,
        IssueCode.MASKED_CODE,
        IssueCode.EXCEL_DAMAGE,
        IssueCode.BAD_CHARACTER,
        IssueCode.BAD_REGION,
        IssueCode.EXTRA_CELLS,
        IssueCode.CONFLICTING_ROWS,
        *({IssueCode.DATES_OUT_OF_ORDER} if item.code != "tax-rating-a" else ()),
        *({IssueCode.NOT_LISTED} if listed else ()),
        *({IssueCode.NEGATIVE, IssueCode.TOO_PRECISE} if "amount" in forms else ()),
        *({IssueCode.BAD_CREDIT_CODE} if "authority_code" in item.fields else ()),
        *({IssueCode.BAD_RESIDENT_ID} if "document_number" in item.fields else ()),
        *({IssueCode.REQUIRED_FOR_KIND} if "party_kind" in item.fields else ()),
    }


@pytest.mark.requirement("A8.3")
@pytest.mark.parametrize("code", ITEMS)
class TestGenerate:
    def test_makes_rows_that_are_accepted_without_a_note(self, code: str) -> None:
        item, stream = the_item(code), io.BytesIO()

        written = write_csv(generate(item, rows=500, seed=1, today=TODAY), stream, encoding="utf-8")

        rows = cleaned(item, stream.getvalue())
        assert written == len(rows) == 500
        assert [row.issues for row in rows if row.issues] == []
        assert {row.outcome for row in rows} == {None}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_names_the_problem_of_every_bad_row(self, code: str, encoding: str) -> None:
        item, stream = the_item(code), io.BytesIO()
        told: list[Spoiled] = []

        write_csv(
            generate(
                item,
                rows=600,
                seed=2,
                today=TODAY,
                bad_share=0.2,
                repeat_share=0.05,
                blank_share=0.05,
                report=told.append,
            ),
            stream,
            encoding=encoding,
        )

        expected = {each.row: each for each in told}
        rows = cleaned(item, stream.getvalue(), encoding)
        assert [row.number for row in rows] == list(range(2, 602))
        for row in rows:
            wanted = expected.get(row.number)
            assert row.outcome == (wanted.outcome if wanted else None), row
            told_codes = {issue.code for issue in row.issues}
            assert told_codes == ({wanted.code} if wanted and wanted.code else set()), row
        assert {each.outcome for each in told} == {
            Outcome.REJECTED,
            Outcome.DUPLICATE,
            Outcome.BLANK,
        }

    def test_spoils_in_every_way_within_few_rows(self, code: str) -> None:
        told: list[Spoiled] = []

        for _ in generate(
            the_item(code), rows=300, seed=3, today=TODAY, bad_share=0.5, report=told.append
        ):
            pass

        assert {each.code for each in told} >= ways_of(the_item(code))

    def test_is_the_same_for_the_same_seed(self, code: str) -> None:
        item = the_item(code)

        first, again, other = (
            list(generate(item, rows=50, seed=seed, today=TODAY, bad_share=0.1))
            for seed in (4, 4, 5)
        )

        assert first == again
        assert first != other

    def test_keeps_the_good_rows_when_some_are_spoiled_or_revised(self, code: str) -> None:
        item = the_item(code)
        told: list[Spoiled] = []
        plain = list(generate(item, rows=200, seed=6, today=TODAY))

        spoiled = list(
            generate(item, rows=200, seed=6, today=TODAY, bad_share=0.3, report=told.append)
        )
        revised = list(generate(item, rows=200, seed=6, today=TODAY, revised_share=0.3))

        bad = {each.row - 1 for each in told}
        assert {i for i in range(201) if plain[i] != spoiled[i]} <= bad
        assert 30 < sum(a != b for a, b in zip(plain, revised, strict=True)) < 90

    def test_streams(self, code: str) -> None:
        endless = generate(the_item(code), rows=10**9, seed=7, today=TODAY, subjects=1000)

        assert len(list(islice(endless, 3))) == 3


class TestHeaders:
    def test_can_be_the_codes_of_the_standard(self) -> None:
        item = the_item("administrative-penalty")

        header = next(generate(item, rows=0, seed=1, today=TODAY, as_field_codes=True))

        assert {"CF_XDR_MC", "CF_WSH", "CF_NR_FK", "CF_JDRQ"} <= set(header)
        assert all(cell.isascii() for cell in header)

    def test_refuses_an_item_with_a_required_field_it_does_not_know(self) -> None:
        schema = dict(the_item("legal-registration").schema)
        schema["properties"] = {
            **schema["properties"],
            "colour": {"title": "颜色", "x-form": "text"},
        }
        schema["required"] = [*schema["required"], "colour"]

        with pytest.raises(SampleMismatch, match="颜色"):
            next(generate(Item.from_schema(schema, version="2026-1"), rows=1, seed=1, today=TODAY))
