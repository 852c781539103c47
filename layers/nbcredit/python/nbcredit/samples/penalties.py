"""Invented rows of 行政处罚, as the standard of 2018 has them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from nbcredit.samples.authorities import PENALTY_AUTHORITIES, Authority
from nbcredit.samples.dice import Dice
from nbcredit.samples.numbers import in_old_form
from nbcredit.samples.spoilers import Values
from nbcredit.samples.subjects import City

NAME: Final = "行政相对人名称"
KIND: Final = "行政相对人类别"
CODE: Final = "统一社会信用代码"
HEAD: Final = "法定代表人"
DOCUMENT: Final = "证件类型"
NUMBER: Final = "证件号码"
DECISION: Final = "行政处罚决定书文号"
OFFENCE: Final = "违法行为类型"
FACT: Final = "违法事实"
BASIS: Final = "处罚依据"
CLASSES: Final = "处罚类别"
CONTENT: Final = "处罚内容"
FINE: Final = "罚款金额（万元）"
SEIZED: Final = "没收金额（万元）"
DECIDED: Final = "处罚决定日期"
VALID: Final = "处罚有效期"
SHOWN: Final = "公示截止期"
AUTHORITY: Final = "处罚机关"
AUTHORITY_CODE: Final = "处罚机关统一社会信用代码"
SOURCE: Final = "数据来源单位"
SOURCE_CODE: Final = "数据来源单位统一社会信用代码"
REGION: Final = "地方编码"

LEGAL: Final = "法人及非法人组织"
TRADER: Final = "个体工商户"
NATURAL: Final = "自然人"
_NATURAL_ROW: Final = {KIND: NATURAL, DOCUMENT: "身份证"}
_SEIZURE: Final = "没收违法所得、没收非法财物"


class Penalties:
    """Row n is the n-th decision of the month, against a subject drawn from the city."""

    titles: tuple[str, ...] = (
        NAME, KIND, CODE, HEAD, DOCUMENT, NUMBER, DECISION, OFFENCE, FACT, BASIS, CLASSES, CONTENT,
        FINE, SEIZED, DECIDED, VALID, SHOWN, AUTHORITY, AUTHORITY_CODE, SOURCE, SOURCE_CODE, REGION,
    )  # fmt: skip

    def __init__(
        self, *, city: City, today: date, subjects: int, authority: Authority | None
    ) -> None:
        self._city = city
        self._today = today
        self._subjects = subjects
        self._authorities = (authority,) if authority else PENALTY_AUTHORITIES

    def row(self, number: int, dice: Dice) -> Mapping[str, str]:
        authority = dice.pick(self._authorities)
        violation = dice.pick(authority.violations)
        decided = self._today - timedelta(days=1 + dice.below(60))
        fine = (1 + dice.below(200)) * 500
        seized = dice.below(50) * 100 if dice.chance(0.15) else 0
        place = "，现场负责人称“不知情”。\n当事人已改正" if dice.chance(0.01) else ""
        return {
            **self._subject(dice),
            DECISION: f"{authority.mark}罚决字〔{decided:%Y}〕第{number + 1:07d}号",
            OFFENCE: violation.kind,
            FACT: violation.fact + place,
            BASIS: violation.basis,
            CLASSES: f"罚款；{_SEIZURE}" if seized else "罚款",
            CONTENT: f"罚款{fine}元" + (f"，没收违法所得{seized}元" if seized else ""),
            FINE: in_ten_thousands(fine),
            SEIZED: in_ten_thousands(seized) if seized else "",
            DECIDED: decided.isoformat(),
            VALID: "长期" if dice.chance(0.05) else _years_after(decided, 1).isoformat(),
            SHOWN: "2099-12-31" if dice.chance(0.02) else _years_after(decided, 3).isoformat(),
            AUTHORITY: authority.name,
            AUTHORITY_CODE: authority.credit_code,
            SOURCE: authority.name,
            SOURCE_CODE: authority.credit_code,
            REGION: authority.region,
        }

    def _subject(self, dice: Dice) -> Mapping[str, str]:
        number = dice.below(self._subjects)
        if dice.chance(0.15):
            person = self._city.person(number)
            return {
                NAME: person.name,
                KIND: NATURAL,
                DOCUMENT: "身份证",
                NUMBER: person.resident_id,
            }
        organisation = self._city.organisation(number)
        named = {
            NAME: organisation.name,
            KIND: TRADER if organisation.sole_trader else LEGAL,
            HEAD: organisation.head.name,
        }
        if organisation.sole_trader and dice.chance(0.4):
            return {**named, DOCUMENT: "身份证", NUMBER: organisation.head.resident_id}
        return {**named, CODE: organisation.credit_code}

    def revise(self, values: Values) -> Values:
        """Return the decision with a lower fine."""
        fine = 100 + sum(map(ord, values[DECISION])) % 400
        return {
            **values,
            CLASSES: "罚款",
            CONTENT: f"罚款{fine}元（已更正）",
            FINE: in_ten_thousands(fine),
            SEIZED: "",
        }


def in_ten_thousands(yuan: int) -> str:
    """Spell an amount of 元 in 万元 without losing a digit."""
    whole, rest = divmod(yuan, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def _years_after(day: date, years: int) -> date:
    return day + timedelta(days=365 * years)


def with_old_number(values: Values) -> Values:
    """Return the row of a person with the 15-digit form of the number, which is accepted."""
    if values.get(KIND) != NATURAL:
        return values
    return {**values, NUMBER: in_old_form(values[NUMBER])}
