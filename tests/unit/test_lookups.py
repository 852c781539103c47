import pytest

from nbcredit.cleaning.lookups import BadCreditCode, asked_legal_person, asked_natural_person
from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.subjects import SubjectRef
from tests.cleaning_builders import (
    ARREARS,
    CREDIT_CODE,
    ITEMS,
    REGISTRATION,
    TODAY,
    a_resident_id,
    an_item,
    cleaned,
)

IN_FORCE = Catalogue(
    version="2026-1", effective_from=TODAY, items={code: an_item(code) for code in ITEMS}
)
WITH_X = next(
    number
    for number in (a_resident_id(f"330299199001010{serial:02d}") for serial in range(100))
    if number.endswith("X")
)
OF_15 = WITH_X[:6] + WITH_X[8:17]
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def filed(item: str, **cells: str) -> SubjectRef:
    """Return whom the engine files a row under."""
    rows = {"legal-registration": REGISTRATION, "social-insurance-arrears": ARREARS}
    (row,) = cleaned(item, {**rows[item], **cells})
    assert row.row is not None
    subject = an_item(item).subject_of(row.row.values)
    assert subject is not None
    return subject


@pytest.mark.requirement("A3.1")
class TestNaturalPerson:
    @pytest.mark.parametrize(
        ("document_type", "number"),
        [
            ("身份证", WITH_X),
            ("身份证", WITH_X.lower()),
            ("身份证", f"　{WITH_X} "),
            ("身份证", WITH_X.translate(WIDE)),
            ("身份证", f"{WITH_X[:6]} {WITH_X[6:14]}-{WITH_X[14:]}"),
            ("身份证", f"\ufeff'{WITH_X}"),
            ("身份证", OF_15),
            ("居民身份证", OF_15),
            ("　中华人民共和国居民身份证", WITH_X),
            ("身 份 证 号", WITH_X),
            ("", WITH_X),
            ("无", WITH_X),
            ("护照", "e1234 5678"),
            ("护照号", "Ｅ12345678"),
            ("台胞证", "12345678"),
            ("海员证", "a-1"),
            ("海员证", "123456789012345"),
        ],
    )
    def test_is_asked_for_as_the_engine_files_it(self, document_type: str, number: str) -> None:
        asked = asked_natural_person(document_type, number, catalogue=IN_FORCE)
        row = filed("social-insurance-arrears", 证件类型=document_type, 证件号码=number)

        assert (asked.kind, asked.document_type, asked.number) == (
            row.kind,
            row.document_type,
            row.number,
        )

    def test_is_the_same_in_every_spelling(self) -> None:
        assert asked_natural_person("二代身份证", OF_15, catalogue=IN_FORCE) == (
            asked_natural_person("身份证", f" {WITH_X.lower()}", catalogue=IN_FORCE)
        )


@pytest.mark.requirement("A3.1")
class TestLegalPerson:
    @pytest.mark.parametrize(
        "spelled",
        [
            CREDIT_CODE,
            CREDIT_CODE.lower(),
            f"　{CREDIT_CODE[:2]}-{CREDIT_CODE[2:9]} {CREDIT_CODE[9:]} ",
            CREDIT_CODE.translate(WIDE),
        ],
    )
    def test_is_asked_for_as_the_engine_files_it(self, spelled: str) -> None:
        row = filed("legal-registration", 统一社会信用代码=spelled)

        assert asked_legal_person(spelled).number == row.number == CREDIT_CODE

    @pytest.mark.parametrize("spelled", [CREDIT_CODE[:-1], f"{CREDIT_CODE}0", "某公司" * 6])
    def test_has_eighteen_digits_or_letters(self, spelled: str) -> None:
        with pytest.raises(BadCreditCode):
            asked_legal_person(spelled)
