"""What the messages advise fits what the provider has before their eyes."""

import pytest

from nbcredit.cleaning.wording import of_value
from nbcredit.domain.issues import IssueCode
from tests.cleaning_builders import an_item

PENALTY = an_item("administrative-penalty").fields
FINE = next(field for field in PENALTY.values() if field.title == "罚款金额（万元）")
ARREARS = next(
    field
    for field in an_item("social-insurance-arrears").fields.values()
    if field.title == "欠缴金额（元）"
)


@pytest.mark.requirement("A8.5")
class TestAmounts:
    @pytest.mark.parametrize(
        ("given_in", "text", "code", "message"),
        [
            ("", "约5", "E304", "罚款金额（万元）不是数字：请只填数字，单位为万元。"),
            ("元", "约5", "E304", "罚款金额（元）不是数字：请只填数字，单位为元。"),
            ("元", "-5", "E309", "罚款金额（元）不能小于 0：请核对。"),
            ("", "0.1234567", "E310", "罚款金额（万元）最多 6 位小数：请核对。"),
            ("元", "0.1234567", "E310", "罚款金额（元）最多 2 位小数：请核对。"),
            ("", "1" * 13, "E304", "罚款金额（万元）的整数部分最多 12 位：请核对金额和单位。"),
            ("元", "1" * 13, "E304", "罚款金额（元）的整数部分最多 16 位：请核对金额和单位。"),
        ],
    )  # fmt: skip
    def test_are_told_in_the_unit_of_the_header(
        self, given_in: str, text: str, code: str, message: str
    ) -> None:
        told = of_value("pattern", FINE.schema, FINE, text, given_in)

        assert told == (IssueCode(code), message)

    def test_of_percent_ask_for_the_unit_of_the_header(self) -> None:
        _, message = of_value("pattern", FINE.schema, FINE, "5%", "元")

        assert message.startswith("罚款金额（元）是百分数：请填金额，单位为元，")

    def test_in_yuan_have_more_decimals_in_ten_thousands(self) -> None:
        _, message = of_value("pattern", ARREARS.schema, ARREARS, "1.234", "万元")

        assert message == "欠缴金额（万元）最多 6 位小数：请核对。"
