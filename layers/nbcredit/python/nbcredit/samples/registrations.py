"""Invented rows of 法人登记: one for each organisation of the city."""

from collections.abc import Mapping
from datetime import date, timedelta

from nbcredit.samples.dice import Dice
from nbcredit.samples.spoilers import Values
from nbcredit.samples.subjects import City

CODE = "统一社会信用代码"
NAME = "企业名称"
TYPE = "企业类型"
STATUS = "登记状态"
AUTHORITY = "登记机关"
ESTABLISHED = "成立日期"
APPROVED = "核准日期"
HEAD = "法定代表人"
CAPITAL = "注册资本（万元）"
REGION = "地方编码"


class Registrations:
    """Row n is organisation n."""

    titles: tuple[str, ...] = (
        CODE,
        NAME,
        TYPE,
        STATUS,
        AUTHORITY,
        ESTABLISHED,
        APPROVED,
        HEAD,
        CAPITAL,
        REGION,
    )

    def __init__(self, *, city: City, today: date) -> None:
        self._city = city
        self._today = today

    def row(self, number: int, dice: Dice) -> Mapping[str, str]:
        organisation = self._city.organisation(number)
        approved = organisation.established + timedelta(days=dice.below(2_000))
        return {
            CODE: organisation.credit_code,
            NAME: organisation.name,
            TYPE: organisation.type,
            STATUS: organisation.status,
            AUTHORITY: f"宁波市{organisation.district}市场监督管理局",
            ESTABLISHED: organisation.established.isoformat(),
            APPROVED: min(approved, self._today).isoformat(),
            HEAD: organisation.head.name,
            CAPITAL: str((1 + dice.below(500)) * 10),
            REGION: organisation.region,
        }

    def revise(self, values: Values) -> Values:
        """Return the organisation after a change of name."""
        name = values[NAME]
        renamed = name.replace("有限公司", "（宁波）有限公司")
        return {**values, NAME: renamed if renamed != name else name + "（更名）"}
