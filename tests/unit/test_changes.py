"""What cleaning changes in a file is counted, and listed where the meaning may be another."""

from collections.abc import Mapping

import pytest

from nbcredit.cleaning.engine import OpenFile, open_file
from nbcredit.domain.cell_changes import ChangeKind as Kind, added
from tests.cleaning_builders import (
    ARREARS,
    CREDIT_CODE,
    PENALTY,
    PERSON,
    RESIDENT,
    TODAY,
    an_item,
    csv_text,
)

OLD_NUMBER = RESIDENT[:6] + RESIDENT[8:17]
PENALTIES = an_item("administrative-penalty")
SOCIAL = an_item("social-insurance-arrears")


def read(*rows: Mapping[str, str], code: str = "administrative-penalty") -> OpenFile:
    return open_file([csv_text(rows).encode()], item=an_item(code), today=TODAY)


@pytest.mark.requirement("A8.2")
class TestChanges:
    @pytest.mark.parametrize(
        ("title", "cell", "field", "kinds"),
        [
            ("行政相对人名称", " 宁波某公司", "party_name", {Kind.WHITE_SPACE}),
            ("行政相对人名称", "宁波\n某公司", "party_name", {Kind.WHITE_SPACE}),
            ("行政相对人名称", "宁波\u200b某公司 ", "party_name", {Kind.REMOVED, Kind.WHITE_SPACE}),
            ("行政相对人名称", "宁波\ue81e某公司", "party_name", {Kind.WIDTH}),
            ("统一社会信用代码", CREDIT_CODE.lower(), "credit_code", {Kind.CODE}),
            ("统一社会信用代码", CREDIT_CODE.replace("9", "９"), "credit_code", {Kind.WIDTH}),
            ("统一社会信用代码", CREDIT_CODE.replace("0", "O"), "credit_code", {Kind.DIGITS}),
            ("处罚决定日期", "2026/10/12", "decision_date", {Kind.DATE}),
            ("处罚决定日期", "46307", "decision_date", {Kind.SERIAL_DATE}),
            ("处罚有效期", "长期", "valid_until", {Kind.DATE}),
            ("处罚有效期", "无处罚期限", "valid_until", {Kind.NULL_WORD}),
            ("罚款金额（万元）", "1,000.50", "fine_amount", {Kind.AMOUNT}),
            ("罚款金额（万元）", "０．２", "fine_amount", {Kind.WIDTH}),
            ("行政相对人类别", "法人及非 法人组织", "party_kind", {Kind.WORDING}),
            ("处罚类别", "罚款；警告", "penalty_kinds", {Kind.WORDING}),
            ("罚款金额（万元）", "无", "fine_amount", {Kind.NULL_WORD}),
            ("备注", "\\N", "remarks", {Kind.NULL_WORD}),
        ],
    )  # fmt: skip
    def test_are_counted_by_field_and_kind(
        self, title: str, cell: str, field: str, kinds: set[Kind]
    ) -> None:
        opened = read({**PENALTY, title: cell})

        list(opened)

        counted = opened.changes.get(field, {})
        assert counted == dict.fromkeys(kinds, 1)

    def test_are_none_where_cells_are_clean_or_blank(self) -> None:
        opened = read(PENALTY, {**PENALTY, "行政处罚决定书文号": "甬罚1号", "备注": " \u3000"})

        assert [row.outcome for row in opened] == [None, None]
        assert opened.changes == {}

    def test_are_counted_in_every_cell_however_often_it_comes(self) -> None:
        rows = [
            {**PENALTY, "行政处罚决定书文号": f"甬罚{n}号", "处罚决定日期": "2026/10/12"}
            for n in range(50)
        ]
        opened = read(*rows)

        list(opened)

        assert opened.changes == {"decision_date": {Kind.DATE: 50}}

    def test_grow_row_by_row(self) -> None:
        opened = read(
            {**PENALTY, "处罚决定日期": "2026/10/12"},
            PENALTY,
            {**PENALTY, "处罚决定日期": "2026年10月12日", "违法事实": ""},
        )

        grown = [opened.changes.get("decision_date", {}).get(Kind.DATE, 0) for _ in opened]

        assert grown == [1, 1, 2]

    def test_of_two_parts_of_a_file_are_added(self) -> None:
        one = {"a": {Kind.DATE: 1, Kind.CODE: 2}}
        other = {"a": {Kind.DATE: 3}, "b": {Kind.WIDTH: 1}}

        assert added(one, other) == {"a": {Kind.DATE: 4, Kind.CODE: 2}, "b": {Kind.WIDTH: 1}}
        assert one == {"a": {Kind.DATE: 1, Kind.CODE: 2}}


@pytest.mark.requirement("A8.2")
class TestListedChanges:
    @pytest.mark.parametrize(
        ("title", "cell", "kind", "was", "became"),
        [
            ("统一社会信用代码", CREDIT_CODE.replace("0", "O"), "digits",
             CREDIT_CODE.replace("0", "O"), CREDIT_CODE),
            ("处罚决定日期", "46307", "serial-date", "46307", "2026-10-12"),
            ("罚款金额（万元）", "无", "null-word", "无", ""),
            ("备注", "N/A", "null-word", "N/A", ""),
            ("违法事实", "虚假\u200b广告", "removed", "虚假 广告", "虚假广告"),
        ],
    )  # fmt: skip
    def test_say_where_what_was_and_what_became_of_it(
        self, title: str, cell: str, kind: str, was: str, became: str
    ) -> None:
        (row,) = read({**PENALTY, "备注": "", title: cell})

        (change,) = row.changes
        assert (change.kind, change.row, change.header) == (kind, 2, title)
        assert PENALTIES.fields[change.field].title == title
        assert (change.was, change.became) == (was, became)
        assert change.column

    def test_do_not_show_persons(self) -> None:
        opened = read(
            {**PENALTY, **PERSON, "证件号码": OLD_NUMBER, "行政相对人名称": "张\u200b三丰"},
        )
        (row,) = opened

        told = {change.kind: (change.was, change.became) for change in row.changes}
        assert told == {
            Kind.OLD_NUMBER: (
                f"{OLD_NUMBER[:4]}*******{OLD_NUMBER[-4:]}",
                f"{RESIDENT[:4]}**********{RESIDENT[-4:]}",
            ),
            Kind.REMOVED: ("张***", "张**"),
        }
        assert opened.changes["document_number"] == {Kind.OLD_NUMBER: 1}

    def test_are_those_of_rejected_and_repeated_rows_too(self) -> None:
        rows = [
            {**ARREARS, "欠缴金额（元）": "无"},
            {**ARREARS, "险种": "暂无"},
            ARREARS,
            {**ARREARS, "认定日期": "46218"},
        ]

        done = list(read(*rows, code=SOCIAL.code))

        assert [row.outcome for row in done] == ["rejected", "rejected", None, "duplicate"]
        assert [[change.kind for change in row.changes] for row in done] == [
            [Kind.NULL_WORD],
            [Kind.NULL_WORD],
            [],
            [Kind.SERIAL_DATE],
        ]

    def test_leave_out_what_only_changed_the_form(self) -> None:
        (row,) = read({**PENALTY, "处罚决定日期": "2026/10/12", "行政相对人名称": " 宁波某公司 "})

        assert row.changes == ()
