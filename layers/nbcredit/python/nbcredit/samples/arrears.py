"""Invented rows of 社会保险费欠缴信息: persons of the city who owe contributions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from nbcredit.domain.issues import IssueCode
from nbcredit.domain.periods import Period
from nbcredit.samples.dice import Dice
from nbcredit.samples.spoilers import (
    Spoiler,
    Values,
    alter,
    conflict,
    damaged,
    masked,
    put,
    surplus,
    with_wrong_last,
)
from nbcredit.samples.subjects import DISTRICTS, City

NAME: Final = "姓名"
DOCUMENT: Final = "证件类型"
NUMBER: Final = "证件号码"
INSURANCE: Final = "险种"
FROM: Final = "欠缴起始日期"
AMOUNT: Final = "欠缴金额（元）"
FOUND: Final = "认定日期"
REGION: Final = "地方编码"

_INSURANCES: Final = ("城镇职工基本养老保险", "城镇职工基本医疗保险", "失业保险")


class Arrears:
    """Row n: persons in turn, each owing one insurance after the other, month before month."""

    titles = (NAME, DOCUMENT, NUMBER, INSURANCE, FROM, AMOUNT, FOUND, REGION)

    def __init__(self, *, city: City, today: date, subjects: int) -> None:
        self._city = city
        self._today = today
        self._subjects = subjects
        self.spoilers: tuple[Spoiler, ...] = (*_spoilers(today), conflict(self.revise))

    def row(self, number: int, dice: Dice) -> Mapping[str, str]:
        turn, subject = divmod(number, self._subjects)
        months, insurance = divmod(turn, len(_INSURANCES))
        person = self._city.person(subject)
        month = Period.of(self._today).previous()
        for _ in range(months):
            month = month.previous()
        return {
            NAME: person.name,
            DOCUMENT: "身份证",
            NUMBER: person.resident_id,
            INSURANCE: _INSURANCES[insurance],
            FROM: f"{month}-01",
            AMOUNT: f"{300 + dice.below(4_000)}.{dice.below(100):02d}",
            FOUND: (self._today - timedelta(days=1 + dice.below(20))).isoformat(),
            REGION: dice.pick(DISTRICTS)[0],
        }

    def revise(self, values: Values) -> Values:
        """Return the arrears after a part was paid."""
        left = 10 + sum(map(ord, values[NUMBER])) % 200
        return {**values, AMOUNT: f"{left}.00"}


def _spoilers(today: date) -> tuple[Spoiler, ...]:
    return (
        alter(IssueCode.BAD_RESIDENT_ID, NUMBER, with_wrong_last),
        put(IssueCode.REQUIRED, NAME, ""),
        put(IssueCode.BAD_DATE, FOUND, "20261345"),
        put(IssueCode.DATE_IN_FUTURE, FOUND, f"{today + timedelta(days=30)}"),
        alter(IssueCode.MASKED_CODE, NUMBER, masked),
        put(IssueCode.NOT_LISTED, INSURANCE, "商业保险"),
        put(IssueCode.NEGATIVE, AMOUNT, "-120.00"),
        put(IssueCode.TOO_LONG, NAME, "阿" * 201),
        put(IssueCode.BAD_NUMBER, AMOUNT, "一千二百元"),
        alter(IssueCode.EXCEL_DAMAGE, NUMBER, damaged),
        put(IssueCode.TOO_PRECISE, AMOUNT, "120.12345"),
        put(IssueCode.BAD_REGION, REGION, "999999"),
        surplus(),
    )
