from dataclasses import replace

import pytest

from nbcredit.adapters.schema_checker import JsonSchemaChecker
from nbcredit.domain.catalogue import Disclosure, Item, Sharing
from nbcredit.domain.item_drafts import draft_of
from nbcredit.domain.subjects import SubjectKey
from nbcredit.usecases.catalogue import check_catalogue
from tests.integration.stage import shipped_item
from tests.unit.test_off_catalogue import COMPANY, KEPT

PERSON = SubjectKey("NP1#" + "0" * 64)
MODEL = shipped_item("administrative-penalty")


@pytest.mark.requirement("A5.2")
class TestDraft:
    @pytest.mark.parametrize(
        ("subjects", "fields", "without"),
        [
            ((COMPANY,), {"credit_code"}, {"document_number", "party_kind"}),
            ((PERSON,), {"document_number"}, {"credit_code", "party_kind"}),
            ((COMPANY, PERSON), {"credit_code", "document_number", "party_kind"}, set[str]()),
            ((), {"credit_code", "document_number", "party_kind"}, set[str]()),
        ],
    )
    def test_could_be_published_and_is_strict(
        self, subjects: tuple[SubjectKey, ...], fields: set[str], without: set[str]
    ) -> None:
        piece = replace(KEPT, subjects=subjects)

        draft = draft_of(piece, code="promise", name="信用承诺", model=MODEL)

        assert check_catalogue({"promise": draft}, checker=JsonSchemaChecker.shipped()) == []
        item = Item.from_schema(draft, version="1")
        assert fields <= set(item.fields)
        assert not without & set(item.fields)
        assert item.providers == {"scjg"}
        assert (item.disclosure, item.sharing) == (Disclosure.AUTHORISED, Sharing.CONDITIONAL)
        assert KEPT.legal_basis in draft["description"]
        assert item.personal_fields == fields & {"document_number"}
