"""The invented city: subject n is the same organisation or person in every file of one seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from nbcredit.samples.dice import Dice, base_of
from nbcredit.samples.names import company_name, cooperative_name, person_name, shop_name
from nbcredit.samples.numbers import credit_code, resident_id

# 330283 became 330213 in 2016 and 330204 merged into 330212: old codes live on in credit codes.
DISTRICTS: Final = (
    ("330203", "海曙区"), ("330205", "江北区"), ("330206", "北仑区"), ("330211", "镇海区"),
    ("330212", "鄞州区"), ("330213", "奉化区"), ("330225", "象山县"), ("330226", "宁海县"),
    ("330281", "余姚市"), ("330282", "慈溪市"),
)  # fmt: skip
_OLD_REGIONS: Final = {"330213": "330283", "330212": "330204"}
_COMPANY_TYPES: Final = (
    "有限责任公司（自然人投资或控股）",
    "有限责任公司（自然人独资）",
    "有限责任公司（自然人投资或控股的法人独资）",
    "其他有限责任公司",
)
_FIRST_DAY: Final = date(1995, 1, 3)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented natural person."""

    name: str
    resident_id: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented market entity; `sole_trader` tells 个体工商户 from legal persons."""

    credit_code: str
    name: str
    type: str
    status: str
    region: str
    district: str
    established: date
    sole_trader: bool
    head: Person


class City:
    """All subjects of one seed, each made when asked for."""

    def __init__(self, seed: int) -> None:
        self._organisations = base_of(seed, "organisations")
        self._persons = base_of(seed, "persons")
        # A batch reuses few subjects, a registry file none twice: a small memory serves both.
        self.organisation = lru_cache(maxsize=2048)(self._organisation)

    def person(self, number: int) -> Person:
        dice = Dice(self._persons, number)
        return Person(person_name(dice), resident_id(number, self._persons))

    def _organisation(self, number: int) -> Organisation:
        dice = Dice(self._organisations, number)
        region, district = dice.pick(DISTRICTS)
        sole_trader = dice.chance(0.2)
        if sole_trader:
            category, form, name = "92", "个体工商户", shop_name(number, district, dice)
        elif dice.chance(0.06):
            category, form = "93", "农民专业合作社"
            name = cooperative_name(number, district)
        else:
            category, form = "91", dice.pick(_COMPANY_TYPES)
            name = company_name(number, dice)
        old = _OLD_REGIONS.get(region, region) if dice.chance(0.3) else region
        return Organisation(
            credit_code=credit_code(category, old, number, self._organisations),
            name=name,
            type=form,
            status="注销" if dice.chance(0.15) else "吊销" if dice.chance(0.03) else "存续",
            region=region,
            district=district,
            established=_FIRST_DAY + timedelta(days=dice.below(10_800)),
            sole_trader=sole_trader,
            head=self.person(number),
        )
