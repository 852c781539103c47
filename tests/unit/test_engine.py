import json

import pytest

from nbcredit.cleaning.engine import CleaningEngine, open_file
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.issues import IssueCode, Severity
from nbcredit.domain.rows import CleanedRow, Outcome
from nbcredit.domain.submissions import FileFormat, FileRefused
from tests.cleaning_builders import (
    ARREARS,
    CREDIT_CODE,
    GOOD_ROWS,
    ITEMS,
    PENALTY,
    PERSON,
    REGISTRATION,
    TODAY,
    a_credit_code,
    an_item,
    cleaned,
    cleaned_text,
    codes_of,
    csv_text,
)

REGISTRY = "legal-registration"
PENALTIES = "administrative-penalty"


def refused(text: str, code: str = REGISTRY) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        cleaned_text(code, text)
    return [issue.code.value for issue in refusal.value.issues]


def ends(rows: list[CleanedRow]) -> list[tuple[int, str | None, list[str]]]:
    return [(row.number, row.outcome, codes_of(row)) for row in rows]


class TestFile:
    @pytest.mark.parametrize("code", ITEMS)
    def test_of_good_rows_is_accepted(self, code: str) -> None:
        assert ends(cleaned(code, GOOD_ROWS[code])) == [(2, None, [])]

    @pytest.mark.fault("F30")
    def test_with_a_header_only_is_told_to_report_nothing(self) -> None:
        with pytest.raises(FileRefused, match="无信用信息产生"):
            cleaned_text(REGISTRY, csv_text([REGISTRATION]).splitlines()[0])

    @pytest.mark.fault("F30")
    def test_of_blank_rows_only_is_refused(self) -> None:
        assert refused(csv_text([REGISTRATION]).splitlines()[0] + "\n\n,,,\n") == ["E102"]

    @pytest.mark.fault("F30")
    def test_without_a_header_is_refused(self) -> None:
        assert refused("") == ["E101"]
        assert refused("\n\n") == ["E203"]
        assert refused('"a"b,c\n1,2\n') == ["E106"]

    def test_with_an_unknown_column_keeps_its_rows(self) -> None:
        opened = open_file(
            [csv_text([{**REGISTRATION, "录入人": "x"}]).encode()],
            encoding="utf-8",
            item=an_item(REGISTRY),
            today=TODAY,
        )

        assert [issue.code for issue in opened.issues] == [IssueCode.IGNORED_COLUMN]
        assert ends(list(opened)) == [(2, None, [])]


class TestRows:
    @pytest.mark.fault("F38")
    def test_carry_the_number_that_a_spreadsheet_shows(self) -> None:
        first = {**PENALTY, "违法事实": "一\n二\n三"}
        second = {**PENALTY, "行政处罚决定书文号": "甬罚2号", "违法事实": ""}

        assert ends(cleaned(PENALTIES, first, {}, second)) == [
            (2, None, []),
            (3, Outcome.BLANK, []),
            (4, Outcome.REJECTED, ["E301"]),
        ]

    @pytest.mark.fault("F38")
    @pytest.mark.parametrize(
        ("tail", "end"),
        [
            (",,", (2, None, [])),
            (", \u3000", (2, None, [])),
            (",,多", (2, Outcome.REJECTED, ["E307"])),
        ],
    )
    def test_longer_than_the_header(
        self, tail: str, end: tuple[int, str | None, list[str]]
    ) -> None:
        header, row = csv_text([REGISTRATION]).splitlines()

        (done,) = cleaned_text(REGISTRY, f"{header}\n{row}{tail}\n")

        assert ends([done]) == [end]
        assert all(issue.column == "I" for issue in done.issues)

    @pytest.mark.fault("F38")
    def test_shorter_than_the_header_lack_only_what_is_required(self) -> None:
        header = "统一社会信用代码,企业名称,企业类型,登记状态,登记机关,成立日期,核准日期,备注"
        start = f"{CREDIT_CODE},某公司,有限责任公司,存续,某局,2020-01-01"

        rows = cleaned_text(REGISTRY, f"{header}\n{start}\n{start},2020-01-02\n")

        assert ends(rows) == [(2, Outcome.REJECTED, ["E301"]), (3, None, [])]

    def test_of_nothing_that_can_be_seen_are_blank_and_tell_what_was_removed(self) -> None:
        header, row = csv_text([REGISTRATION]).splitlines()

        done = cleaned_text(REGISTRY, f"{header}\n{row}\n\u200b,,,\n")[1]

        assert ends([done]) == [(3, Outcome.BLANK, [])]
        assert [(each.kind, each.row, each.column) for each in done.changes] == [
            (ChangeKind.REMOVED, 3, "A")
        ]

    def test_with_a_name_that_comes_late_in_json_are_told_so(self) -> None:
        lines = [REGISTRATION] * 1000 + [{**REGISTRATION, "备用": "x"}]
        text = "".join(f"{json.dumps(line)}\n" for line in lines)

        (late,) = [
            issue
            for done in cleaned_text(REGISTRY, text, form=FileFormat.JSON_LINES)
            for issue in done.issues
            if issue.code is IssueCode.EXTRA_CELLS
        ]

        assert (late.row, late.column) == (1001, "")
        assert "字段一致" in late.message

    @pytest.mark.fault("F36")
    def test_with_bad_quotes_are_rejected_alone(self) -> None:
        header, row = csv_text([REGISTRATION]).splitlines()

        rows = cleaned_text(REGISTRY, f'{header}\n{row}\n"{CREDIT_CODE}"x,某公司\n{row}\n')

        assert ends(rows) == [
            (2, None, []),
            (3, Outcome.REJECTED, ["E311"]),
            (4, Outcome.DUPLICATE, ["W903"]),
        ]

    @pytest.mark.fault("F36")
    def test_with_an_enormous_cell_are_told_its_place(self) -> None:
        (done,) = cleaned(PENALTIES, {**PENALTY, "处罚内容": "罚" * 900_000})

        (issue,) = done.issues
        assert (issue.code, issue.field) == (IssueCode.TOO_LONG, "penalty_content")
        assert len(issue.value) < 100

    @pytest.mark.fault("F36")
    @pytest.mark.timeout(30)
    @pytest.mark.parametrize("part", ["\n", " \n", "-", "1,", "；", "1"])
    def test_with_an_enormous_cell_of_one_kind_are_not_slow(self, part: str) -> None:
        cell = f"宁{part * 200_000}波"

        done = cleaned(PENALTIES, *({**PENALTY, title: cell} for title in PENALTY))

        assert len(done) == len(PENALTY)
        assert Outcome.REJECTED in {each.outcome for each in done}

    @pytest.mark.fault("F35")
    @pytest.mark.parametrize("bad", ["\x00", "\x01", "\x1b", "\x85", "\x9f", "\ufffd", "\uffff"])
    def test_with_a_character_that_cannot_be_are_told_its_place(self, bad: str) -> None:
        (done,) = cleaned(PENALTIES, {**PENALTY, "处罚内容": f"罚款{bad}元"})

        (issue,) = done.issues
        assert issue.code == IssueCode.BAD_CHARACTER
        assert "第 3 个字是" in issue.message
        assert f"U+{ord(bad):04X}" in issue.message
        assert issue.value.isprintable()

    @pytest.mark.fault("F40")
    @pytest.mark.parametrize("text", ["=cmd|'/C calc'!A0", "+1", "@SUM(A1)", "＝1"])
    def test_keep_what_looks_like_a_formula(self, text: str) -> None:
        (done,) = cleaned(PENALTIES, {**PENALTY, "处罚内容": text})

        assert done.row is not None
        assert done.row.values["penalty_content"] == text


@pytest.mark.requirement("A8.3")
class TestRepeatedRows:
    def test_with_the_same_values_are_duplicates(self) -> None:
        spelled_otherwise = {**PENALTY, "处罚决定日期": "2026/10/12", "罚款金额（万元）": "0.20"}

        rows = cleaned(PENALTIES, PENALTY, PERSON_PENALTY, spelled_otherwise)

        assert ends(rows) == [
            (2, None, []),
            (3, None, []),
            (4, Outcome.DUPLICATE, ["W903"]),
        ]
        assert "第 2 行" in rows[2].issues[0].message

    def test_with_other_values_conflict_with_the_first(self) -> None:
        rows = cleaned(PENALTIES, PENALTY, {**PENALTY, "罚款金额（万元）": "0.3"}, PENALTY)

        assert ends(rows) == [
            (2, None, []),
            (3, Outcome.REJECTED, ["E601"]),
            (4, Outcome.DUPLICATE, ["W903"]),
        ]

    def test_are_found_whatever_the_brackets_of_the_number(self) -> None:
        rows = cleaned(
            PENALTIES, PENALTY, {**PENALTY, "行政处罚决定书文号": "甬市监处罚[2026] 12号"}
        )

        assert ends(rows)[1] == (3, Outcome.DUPLICATE, ["W903"])

    def test_of_another_authority_are_other_records(self) -> None:
        other = {**PENALTY, "处罚机关统一社会信用代码": a_credit_code("11330206002942000")}

        assert ends(cleaned(PENALTIES, PENALTY, other))[1] == (3, None, [])

    def test_do_not_count_where_the_first_was_rejected(self) -> None:
        wrong = {**PENALTY, "处罚决定日期": "2027-01-01"}

        assert ends(cleaned(PENALTIES, wrong, PENALTY))[1] == (3, None, [])


PERSON_PENALTY = {**PENALTY, **PERSON}


class TestResumedReading:
    def test_ends_as_if_it_had_not_stopped(self) -> None:
        data = csv_text(
            [
                {**PENALTY, "行政处罚决定书文号": f"甬罚{n // 2}号", "备注": "x" * (n % 3)}
                for n in range(40)
            ]
        ).encode()
        engine, item = CleaningEngine(), an_item(PENALTIES)
        whole = list(
            engine.read(
                [data],
                form=FileFormat.CSV,
                encoding="utf-8",
                item=item,
                others=(),
                today=TODAY,
                skip_rows=0,
                known=[],
            )
        )

        for stop in range(1, 40):
            known = [done.row for done in whole[:stop] if done.row is not None]
            rest = engine.read(
                [data],
                form=FileFormat.CSV,
                encoding="utf-8",
                item=item,
                others=(),
                today=TODAY,
                skip_rows=stop,
                known=known,
            )
            assert list(rest) == whole[stop:]

    def test_of_blank_rows_knows_the_rows_before(self) -> None:
        data = (csv_text([REGISTRATION]) + "\n\n").encode()
        rest = CleaningEngine().read(
            [data],
            form=FileFormat.CSV,
            encoding="utf-8",
            item=an_item(REGISTRY),
            others=(),
            today=TODAY,
            skip_rows=1,
            known=[],
        )

        assert [done.outcome for done in rest] == [Outcome.BLANK, Outcome.BLANK]


class TestLegalRegistration:
    def test_maps_the_headers_of_the_registry(self) -> None:
        (done,) = cleaned(REGISTRY, REGISTRATION)

        assert done.row is not None
        assert list(done.row.values) == [
            "credit_code",
            "name",
            "entity_kind",
            "status",
            "authority_name",
            "established_on",
            "approved_on",
        ]

    @pytest.mark.parametrize(
        "status", ["存续", "吊销", "注销", "在业", "开业", "迁出", "停业", "清算"]
    )
    def test_knows_the_states(self, status: str) -> None:
        assert ends(cleaned(REGISTRY, {**REGISTRATION, "登记状态": status})) == [(2, None, [])]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"统一社会信用代码": ""}, "E301"),
            ({"企业名称": ""}, "E301"),
            ({"登记状态": "不明"}, "E305"),
            ({"成立日期": "2026-12-01", "核准日期": "2026-12-01"}, "E501"),
            ({"成立日期": "2024-03-02"}, "E502"),
            ({"核准日期": "昨天"}, "E303"),
        ],
    )
    def test_has_its_rules(self, changes: dict[str, str], code: str) -> None:
        (done,) = cleaned(REGISTRY, {**REGISTRATION, **changes})

        assert done.outcome is Outcome.REJECTED
        assert set(codes_of(done)) == {code}


class TestSocialInsuranceArrears:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"姓名": ""}, "E301"),
            ({"证件号码": ""}, "E301"),
            ({"证件类型": "", "证件号码": "123"}, "E402"),
            ({"险种": "车险"}, "E305"),
            ({"欠费起始年月": "去年"}, "E303"),
            ({"欠费起始年月": "2026-12", "欠费截止年月": "2026-12"}, "E501"),
            ({"欠费截止年月": "2025-12"}, "E502"),
            ({"欠缴金额（元）": "1.234"}, "E310"),
            ({"欠缴金额（元）": "-1"}, "E309"),
            ({"认定日期": "2026-11-24"}, "E501"),
        ],
    )
    def test_has_its_rules(self, changes: dict[str, str], code: str) -> None:
        (done,) = cleaned("social-insurance-arrears", {**ARREARS, **changes})

        assert done.outcome is Outcome.REJECTED
        assert set(codes_of(done)) == {code}

    def test_is_about_a_person_and_hides_who(self) -> None:
        item = an_item("social-insurance-arrears")
        (done,) = cleaned(item.code, {**ARREARS, "证件类型": "", "欠费截止年月": "2026.6"})

        assert done.row is not None
        subject = item.subject_of(done.row.values)
        assert subject is not None
        assert subject.document_type == "身份证"
        assert {"name", "document_number"} <= item.personal_fields
        assert item.sharing == "conditional"


class TestFindings:
    def test_hide_the_values_of_persons(self) -> None:
        row = {**ARREARS, "姓名": "张三" + "丰" * 60, "证件号码": ARREARS["证件号码"][:17] + "Y"}

        (done,) = cleaned("social-insurance-arrears", row)

        told = " ".join(f"{issue.value} {issue.message}" for issue in done.issues)
        assert codes_of(done) == ["E302", "E402"]
        assert "张三" not in told
        assert ARREARS["证件号码"][6:14] not in told

    def test_of_warnings_leave_the_row(self) -> None:
        (done,) = cleaned(PENALTIES, {**PENALTY, "罚款金额（万元）": "2000"})

        assert done.row is not None
        assert [issue.severity for issue in done.issues] == [Severity.WARNING]
