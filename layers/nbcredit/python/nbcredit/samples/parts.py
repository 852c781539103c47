"""Makers of cells: an item's rows are declared as a table of them, in `nbcredit.samples.tables`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from nbcredit.samples.authorities import organisation
from nbcredit.samples.dice import Dice
from nbcredit.samples.subjects import DISTRICTS, City

LEGAL: Final = "法人及非法人组织"
TRADER: Final = "个体工商户"
NATURAL: Final = "自然人"
_DECEMBER: Final = 12


@dataclass(slots=True)
class Draw:
    """What one row is made from, and what is made of it so far.

    Subjects come in turn: `turn` counts how often all of them have had a row before this one.
    """

    city: City
    today: date
    number: int
    subject: int
    turn: int
    dice: Dice
    values: dict[str, str] = field(default_factory=dict)


# Enters one cell of a row, or several that belong together.
Part = Callable[[Draw], None]


def company() -> Part:
    """Enter an organisation, whatever its kind."""

    def make(draw: Draw) -> None:
        found = draw.city.organisation(draw.subject)
        draw.values |= {"credit_code": found.credit_code, "name": found.name}

    return make


def person() -> Part:
    """Enter a natural person."""

    def make(draw: Draw) -> None:
        found = draw.city.person(draw.subject)
        draw.values |= {
            "name": found.name,
            "document_type": "身份证",
            "document_number": found.resident_id,
        }

    return make


def party(*, natural: float) -> Part:
    """Enter a person in this share of the rows, otherwise an organisation."""

    def make(draw: Draw) -> None:
        if draw.dice.chance(natural):
            human = draw.city.person(draw.subject)
            draw.values |= {
                "party_name": human.name,
                "party_kind": NATURAL,
                "document_type": "身份证",
                "document_number": human.resident_id,
            }
            return
        found = draw.city.organisation(draw.subject)
        draw.values |= {
            "party_name": found.name,
            "party_kind": TRADER if found.sole_trader else LEGAL,
            "credit_code": found.credit_code,
            "legal_representative": found.head.name,
        }

    return make


def constant(name: str, value: str) -> Part:
    def make(draw: Draw) -> None:
        draw.values[name] = value

    return make


def picked(name: str, choices: Sequence[str]) -> Part:
    """Enter one of the choices."""

    def make(draw: Draw) -> None:
        draw.values[name] = draw.dice.pick(choices)

    return make


def matched(name: str, other: str, answers: Mapping[str, str], *, given: str = "") -> Part:
    """Enter what belongs to the value of another cell, in rows that have the cell `given`."""

    def make(draw: Draw) -> None:
        answer = answers.get(draw.values.get(other, ""))
        if answer and (not given or given in draw.values):
            draw.values[name] = answer

    return make


def together(*rows: Mapping[str, str]) -> Part:
    """Enter one of several sets of cells that go together."""

    def make(draw: Draw) -> None:
        draw.values |= draw.dice.pick(rows)

    return make


def numbered(name: str, form: str, *, day: str = "") -> Part:
    """Enter a reference that no other row has: `{number}` in it, `{year}` of another cell."""

    def make(draw: Draw) -> None:
        year = draw.values.get(day, "")[:4] or str(draw.today.year)
        draw.values[name] = form.format(year=year, number=draw.number + 1)

    return make


def past_day(name: str, *, within: int) -> Part:
    """Enter a day of the last so many."""

    def make(draw: Draw) -> None:
        draw.values[name] = _before(draw.today, 1 + draw.dice.below(within))

    return make


def turned_day(name: str, *, within: int) -> Part:
    """Enter a past day that differs from turn to turn, where the day tells records apart."""

    def make(draw: Draw) -> None:
        draw.values[name] = _before(draw.today, 1 + draw.subject % within + draw.turn)

    return make


def later_day(name: str, than: str, *, within: int, share: float = 1.0) -> Part:
    """Enter a past day not before another one, in a share of the rows."""

    def make(draw: Draw) -> None:
        if draw.dice.chance(share):
            day = date.fromisoformat(draw.values[than]) + timedelta(days=draw.dice.below(within))
            draw.values[name] = min(day, draw.today).isoformat()

    return make


def expiry(name: str, than: str, *, years: int, open_ended: float = 0.0) -> Part:
    """Enter a day so many years after another one, or that there is no end."""

    def make(draw: Draw) -> None:
        if draw.dice.chance(open_ended):
            draw.values[name] = "长期"
            return
        day = date.fromisoformat(draw.values[than])
        draw.values[name] = (day + timedelta(days=365 * years)).isoformat()

    return make


def turned_months(kind: str, choices: Sequence[str]) -> Part:
    """Enter a kind and its month: turn by turn the next kind, then the month before."""

    def make(draw: Draw) -> None:
        months, place = divmod(draw.turn, len(choices))
        year, month = divmod(draw.today.year * _DECEMBER + draw.today.month - 2 - months, _DECEMBER)
        spelled = f"{year:04d}-{month + 1:02d}"
        draw.values |= {kind: choices[place], "arrears_from": spelled, "arrears_to": spelled}

    return make


def amount(name: str, *, most: int) -> Part:
    """Enter an amount of 元 with 角 and 分."""

    def make(draw: Draw) -> None:
        draw.values[name] = f"{1 + draw.dice.below(most)}.{draw.dice.below(100):02d}"

    return make


def whole(name: str, *, most: int) -> Part:
    """Enter a whole number from 1."""

    def make(draw: Draw) -> None:
        draw.values[name] = str(1 + draw.dice.below(most))

    return make


def year_before(name: str, day: str) -> Part:
    """Enter the year before that of another cell."""

    def make(draw: Draw) -> None:
        draw.values[name] = str(int(draw.values[day][:4]) - 1)

    return make


def decided_by(*codes: str, source: bool = True, source_code: bool = False) -> Part:
    """Enter one of these organisations as the authority, and as the source of the data."""

    def make(draw: Draw) -> None:
        found = organisation(draw.dice.pick(codes))
        draw.values |= {"authority_name": found.name, "authority_code": found.credit_code}
        if source:
            draw.values["source_name"] = found.name
        if source_code:
            draw.values["source_code"] = found.credit_code

    return make


def charged_by(kind: str, codes: Mapping[str, str]) -> Part:
    """Enter the public enterprise that charges for this kind."""

    def make(draw: Draw) -> None:
        found = organisation(codes[draw.values[kind]])
        draw.values |= {
            "authority_name": found.name,
            "authority_code": found.credit_code,
            "source_name": found.name,
        }

    return make


def district() -> Part:
    """Enter the code of a county or district."""

    def make(draw: Draw) -> None:
        draw.values["region"] = draw.dice.pick(DISTRICTS)[0]

    return make


def _before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()
