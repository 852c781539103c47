"""Invented rows of 社会保险欠费: persons of the city who owe contributions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from nbcredit.domain.periods import Period
from nbcredit.samples.authorities import organisation
from nbcredit.samples.dice import Dice
from nbcredit.samples.spoilers import Values
from nbcredit.samples.subjects import DISTRICTS, City

NAME: Final = "姓名"
DOCUMENT: Final = "证件类型"
NUMBER: Final = "证件号码"
INSURANCE: Final = "险种"
FROM: Final = "欠费起始年月"
TO: Final = "欠费截止年月"
AMOUNT: Final = "欠缴金额（元）"
FOUND: Final = "认定日期"
AUTHORITY: Final = "认定机关"
AUTHORITY_CODE: Final = "认定机关统一社会信用代码"
REGION: Final = "地方编码"

_INSURANCES: Final = ("基本养老保险", "基本医疗保险", "失业保险")


class Arrears:
    """Row n: persons in turn, each owing one insurance after the other, month before month."""

    titles: tuple[str, ...] = (
        NAME,
        DOCUMENT,
        NUMBER,
        INSURANCE,
        FROM,
        TO,
        AMOUNT,
        FOUND,
        AUTHORITY,
        AUTHORITY_CODE,
        REGION,
    )

    def __init__(self, *, city: City, today: date, subjects: int) -> None:
        self._city = city
        self._today = today
        self._subjects = subjects
        self._authority = organisation("rsj")

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
            FROM: str(month),
            TO: str(month),
            AMOUNT: f"{300 + dice.below(4_000)}.{dice.below(100):02d}",
            FOUND: (self._today - timedelta(days=1 + dice.below(20))).isoformat(),
            AUTHORITY: self._authority.name,
            AUTHORITY_CODE: self._authority.credit_code,
            REGION: dice.pick(DISTRICTS)[0],
        }

    def revise(self, values: Values) -> Values:
        """Return the arrears after a part was paid."""
        left = 10 + sum(map(ord, values[NUMBER])) % 200
        return {**values, AMOUNT: f"{left}.00"}
