from datetime import UTC, date, datetime

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.off_catalogue import (
    Closing,
    Coverage,
    Information,
    Named,
    NotThisMove,
    NumberInText,
    State,
    information_id,
    refuse_numbers,
)
from nbcredit.domain.subjects import SubjectKey
from tests.cleaning_builders import a_credit_code, a_resident_id

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.OPERATOR, id="li", organisation="office")
COMPANY = SubjectKey.of_legal_person(a_credit_code("91330200MA0000001"))
KEPT = Information(
    id="scjg.ABCDEFGHIJKLMNOP",
    provider="scjg",
    title="信用承诺",
    legal_basis="某条例",
    description="说明",
    subjects=(COMPANY,),
    file=None,
    reported_at=AT,
    reported_by=BY,
)
CLOSING = Closing(submission="S", at=AT, by=BY)


def a_coverage(item: str = "administrative-penalty") -> Coverage:
    return Coverage(
        item=item,
        item_name="行政处罚",
        version="2026-1",
        effective_from=date(2026, 1, 1),
        at=AT,
        by=BY,
    )


@pytest.mark.requirement("A5.2")
class TestInformation:
    def test_goes_from_kept_over_covered_to_closed(self) -> None:
        covered = KEPT.covered(a_coverage())
        closed = covered.closed(CLOSING)

        assert [KEPT.state, covered.state, closed.state] == [*State]
        assert closed.revision == 3

    def test_can_be_covered_by_another_item_while_it_is_open(self) -> None:
        other = KEPT.covered(a_coverage()).covered(a_coverage("red-list"))

        assert other.coverage == a_coverage("red-list")

    def test_makes_no_other_moves(self) -> None:
        with pytest.raises(NotThisMove, match="还没有纳入目录：请"):
            KEPT.closed(CLOSING)
        closed = KEPT.covered(a_coverage()).closed(CLOSING)
        with pytest.raises(NotThisMove, match="已经办结"):
            closed.covered(a_coverage())

    def test_is_the_same_for_the_same_report_and_no_other(self) -> None:
        def id_of(**changes: object) -> str:
            told = {
                "provider": "scjg",
                "texts": ("a", "b", "c"),
                "subjects": [COMPANY],
                "file_hash": "0",
                **changes,
            }
            return information_id(**told)  # type: ignore[arg-type]

        assert id_of() == id_of()
        assert id_of().startswith("scjg.")
        others = {
            id_of(provider="zjj"),
            id_of(texts=("a", "b", "d")),
            id_of(subjects=[]),
            id_of(file_hash="1"),
        }
        assert len({id_of(), *others}) == 5


@pytest.mark.requirement("A5.2")
@pytest.mark.fault("F62")
class TestTexts:
    @pytest.mark.parametrize("text", ["身份证{}。", "{}", "编号：{},", "（{}）"])
    def test_may_not_hold_the_number_of_a_person(self, text: str) -> None:
        number = a_resident_id("33029919880808001")

        with pytest.raises(NumberInText, match="说明中有身份证号码：请"):
            refuse_numbers(标题="好", 说明=text.format(number))

    def test_may_hold_other_numbers(self) -> None:
        refuse_numbers(说明=f"{COMPANY.text[3:]}，3302001234567890123，110101199001011230")

    def test_show_nobody_where_a_name_is_printed(self) -> None:
        named = Named(key=COMPANY, document_type="身份证", number="123", name="某人")

        assert "123" not in repr(named)
        assert "某人" not in repr(named)
