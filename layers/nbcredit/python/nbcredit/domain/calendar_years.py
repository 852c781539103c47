"""One year of the working-day calendar, as a notice of the State Council orders it.

A year is a JSON document. Weekdays and lengths stand in it as they do in the notice and are
checked: they are the check digits of a table that is typed by hand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from nbcredit.domain.errors import BadRequest

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

_DAY: Final = timedelta(days=1)
_FORM: Final = re.compile(r"(?P<day>20\d\d-\d\d-\d\d) (?P<weekday>周[一二三四五六日])")
_SATURDAY: Final = 5
_DECEMBER: Final = 12
# No holiday was ever half as long; a year of slips of the pen has to end somewhere.
_LONGEST: Final = 20
_YEARS: Final = range(2000, 2100)


class CalendarRefused(BadRequest):
    """A year's calendar has faults; all of them are listed, each with its place."""

    code = "calendar-refused"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            f"工作日历有 {len(faults)} 处错误，请对照放假通知更正：" + "；".join(faults)
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """The days of one year that are not what their weekday says, and who ordered it.

    `edition` counts the notices about the year: 1 is the first, a changed notice is 2.
    """

    year: int
    edition: int
    source: str
    off: Mapping[date, str]
    worked: frozenset[date]

    @property
    def mark(self) -> str:
        return f"{self.year}-{self.edition}"


def spelled(day: date) -> str:
    """Spell a day with its weekday, as the documents do."""
    return f"{day} {WEEKDAYS[day.weekday()]}"


def parse_year(document: Any) -> CalendarYear:
    """Read a year's document strictly, or raise `CalendarRefused` with every fault."""
    faults = list(_shape_faults(document))
    if faults:
        raise CalendarRefused(faults)
    year: int = document["year"]
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for number, holiday in enumerate(document["holidays"]):
        place = f"/holidays/{number}"
        faults += _length_faults(holiday, place)
        first, last = _day(holiday["from"]), _day(holiday["to"])
        for day in _days(first, last):
            faults += _off_faults(day, year, off, place)
            off[day] = holiday["name"]
        for index, text in enumerate(holiday["worked"]):
            worked[_day(text)] = f"{place}/worked/{index}"
    for day, place in worked.items():
        faults += _worked_faults(day, year, off, place)
    if faults:
        raise CalendarRefused(faults)
    source = document["source"]
    return CalendarYear(
        year=year,
        edition=document["edition"],
        source=f"{source['title']}（{source['number']}，{source['date']}）",
        off=off,
        worked=frozenset(worked),
    )


def _shape_faults(document: Any) -> Iterator[str]:
    """Yield what keeps the days from being read at all."""
    yield from _members(document, "", ("year", "edition", "source", "holidays"))
    if not isinstance(document, Mapping):
        return
    if not _is_number(document.get("year"), _YEARS):
        yield "/year：应为四位数的年份，如 2027"
    if not _is_number(document.get("edition"), range(1, 100)):
        yield "/edition：应为 1；同一年的通知有变动的，改为 2、3……"
    source = document.get("source")
    yield from _members(source, "/source", ("title", "number", "date"))
    if isinstance(source, Mapping):
        yield from _text_faults(source, "/source", ("title", "number"))
        if not _is_date(source.get("date")):
            yield "/source/date：应为通知的日期，写成 2026-11-04"
    holidays = document.get("holidays")
    if not isinstance(holidays, list) or not holidays:
        yield "/holidays：应列出通知中的每个节日"
        return
    for number, holiday in enumerate(holidays):
        yield from _holiday_faults(holiday, f"/holidays/{number}")


def _holiday_faults(holiday: Any, place: str) -> Iterator[str]:
    yield from _members(holiday, place, ("name", "from", "to", "days", "worked"))
    if not isinstance(holiday, Mapping):
        return
    yield from _text_faults(holiday, place, ("name",))
    if not _is_number(holiday.get("days"), range(1, _LONGEST + 1)):
        yield f"{place}/days：应为放假的天数，1 至 {_LONGEST}"
    for name in ("from", "to"):
        yield from _day_faults(holiday.get(name), f"{place}/{name}")
    worked = holiday.get("worked")
    if not isinstance(worked, list):
        yield f"{place}/worked：应列出调休上班的日子，没有则写 []"
        return
    for index, text in enumerate(worked):
        yield from _day_faults(text, f"{place}/worked/{index}")


def _members(part: Any, place: str, names: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(part, Mapping):
        yield f"{place or '/'}：应为一个对象，含 {'、'.join(names)}"
        return
    yield from (f"{place}/{name}：缺少这一项" for name in names if name not in part)
    yield from (f"{place}/{name}：不认识这一项" for name in part if name not in names)


def _text_faults(part: Mapping[str, Any], place: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        text = part.get(name)
        if not isinstance(text, str) or not text.strip():
            yield f"{place}/{name}：应为文字"


def _day_faults(text: Any, place: str) -> Iterator[str]:
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None or not _is_date(match["day"]):
        yield f"{place}：“{text}”不是日期：请写成 2026-10-01 周四"
    elif (right := spelled(date.fromisoformat(match["day"]))) != text:
        yield f"{place}：{match['day']} 是{right[-2:]}，不是{match['weekday']}"


def _length_faults(holiday: Mapping[str, Any], place: str) -> Iterator[str]:
    first, last = _day(holiday["from"]), _day(holiday["to"])
    days = (last - first).days + 1
    if days != holiday["days"]:
        yield f"{place}/days：{first} 至 {last} 是 {days} 天，不是 {holiday['days']} 天"


def _off_faults(day: date, year: int, off: Mapping[date, str], place: str) -> Iterator[str]:
    if not _ruled_by(year, day):
        yield f"{place}：{day} 不在 {year} 年"
    if day in off:
        yield f"{place}：{day} 已列入{off[day]}"


def _worked_faults(day: date, year: int, off: Mapping[date, str], place: str) -> Iterator[str]:
    if not _ruled_by(year, day):
        yield f"{place}：{day} 不在 {year} 年"
    if day in off:
        yield f"{place}：{day} 是{off[day]}假期，不能又上班"
    elif day.weekday() < _SATURDAY:
        yield f"{place}：{spelled(day)}本来就是工作日"


def _ruled_by(year: int, day: date) -> bool:
    """Tell the days a notice may speak of: New Year's holiday may begin in the old year."""
    return day.year == year or (day.year == year - 1 and day.month == _DECEMBER)


def _days(first: date, last: date) -> Iterator[date]:
    """Yield the days of a holiday; what is too long has been told by its length already."""
    for n in range(min((last - first).days + 1, _LONGEST)):
        yield first + n * _DAY


def _day(text: str) -> date:
    return date.fromisoformat(text.split(maxsplit=1)[0])


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _is_number(value: Any, allowed: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed
