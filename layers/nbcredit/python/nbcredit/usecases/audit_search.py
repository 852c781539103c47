"""Searching the trail: who did what, and who looked at whom; every search is in it too (A20.1)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import (
    Act,
    StoredEntry,
    start_of,
    windows_between,
)
from nbcredit.domain.errors import BadRequest, Forbidden
from nbcredit.domain.looks import Look, Told, Wanted, looks_of, told_of
from nbcredit.domain.organisations import CENTRE
from nbcredit.domain.periods import from_utc_text, utc_text
from nbcredit.usecases.audit import AuditStore, AuditTrail, BadSpan
from nbcredit.usecases.ports import Clock, Deadline
from nbcredit.usecases.seals import HeadStore

SPAN: Final = timedelta(days=31)
# A page reads at most a day of windows; what is older comes with the next.
_WINDOWS: Final = 144
_AT_ONCE: Final = 6
_ENOUGH_SECONDS: Final = 15.0
# Unsealed windows are looked through beside the index, as far back as sealing may ever be behind.
_UNSEALED: Final = timedelta(hours=6)


class NotTheAuditor(Forbidden):
    """The trail is read by those who audit."""

    code = "not-the-auditor"

    def __init__(self, organisation: str) -> None:
        super().__init__(f"审计记录由信用中心的审计管理员查阅，“{organisation}”不能查阅。")
        self.organisation = organisation


class BadCursor(BadRequest):
    """The place to go on from is none that was given."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__("翻页位置无效：请从第一页重新查询。")


class Looks(Protocol):
    """Who looked at a subject."""

    def latest(self, subject: str, *, limit: int, before: str = "") -> Sequence[Look]: ...

    def entries(self, looks: Iterable[Look]) -> Sequence[StoredEntry]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for, when, and where to go on."""

    wanted: Wanted
    since: datetime
    until: datetime
    limit: int
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the latest first; `reached` is how far back was looked, `cursor` where to go on."""

    found: Sequence[tuple[StoredEntry, Told]]
    reached: datetime
    cursor: str
    partitions: dict[str, Sequence[StoredEntry]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Finds entries by what they say, window by window: there is nothing to scan."""

    store: AuditStore
    looks: Looks
    heads: HeadStore
    trail: AuditTrail
    clock: Clock

    def search(
        self, search: Search, *, by: Actor, purpose: str, deadline: Deadline, action: str
    ) -> Page:
        """Return a page of what is found, once the search itself is in the trail."""
        _require_auditor(by)
        if not timedelta() < search.until - search.since <= SPAN:
            raise BadSpan(SPAN)
        page = self._page(search, deadline)
        wanted = search.wanted
        self.trail.record(
            Act(
                action=action,
                actor=by,
                purpose=purpose,
                about=(wanted.about,) if wanted.about else (),
                detail={
                    **wanted.spelled,
                    "since": utc_text(search.since),
                    "until": utc_text(search.until),
                    "found": str(len(page.found)),
                },
            )
        )
        return page

    def who_looked(
        self, subject: str, *, limit: int, cursor: str, by: Actor, purpose: str
    ) -> tuple[Sequence[Told], str]:
        """Return who looked at a subject, the latest first, and where to go on."""
        _require_auditor(by)
        looks = set(self.looks.latest(subject, limit=limit, before=cursor))
        if not cursor:
            looks.update(self._not_yet_sealed(subject))
        shown = sorted(looks, reverse=True)[:limit]
        told = [pair[1] for pair in told_of(self.looks.entries(shown))]
        self.trail.record(
            Act(
                action="who-looked",
                actor=by,
                purpose=purpose,
                about=(subject,),
                detail={"found": str(len(told))},
            )
        )
        last = shown[-1] if len(shown) == limit else None
        return told, f"{last.at}#{last.chain}#{last.sequence:08d}" if last else ""

    def _not_yet_sealed(self, subject: str) -> Iterator[Look]:
        now, head = self.clock.now(), self.heads.head()
        since = max(head.sealed_until if head else now - _UNSEALED, now - _UNSEALED)
        for _, entries in self.store.partitions(windows_between(since, now)):
            for entry in entries:
                yield from (look for look in looks_of(entry) if look.subject == subject)

    def _page(self, search: Search, deadline: Deadline) -> Page:
        before = _position(search.cursor) if search.cursor else (utc_text(search.until), "~")
        found: list[tuple[StoredEntry, Told]] = []
        partitions: dict[str, Sequence[StoredEntry]] = {}
        reached = min(search.until, from_utc_text(before[0]))
        for window, entries in self._backwards(search.since, reached, deadline):
            partitions.update(entries)
            for entry, told in told_of(entry for key in entries for entry in entries[key]):
                place = (utc_text(told.at), entry.place)
                if place < before and search.since <= told.at and search.wanted.takes(told):
                    found.append((entry, told))
                    if len(found) == search.limit:
                        return Page(found, told.at, "#".join(place), partitions)
            reached = start_of(window)
        if reached <= search.since:
            return Page(found, search.since, "", partitions)
        return Page(found, reached, f"{utc_text(reached)}#", partitions)

    def _backwards(
        self, since: datetime, until: datetime, deadline: Deadline
    ) -> Iterator[tuple[str, dict[str, Sequence[StoredEntry]]]]:
        """Yield windows with their entries, the latest first, as long as there is time."""
        windows = list(windows_between(since, until))[::-1][:_WINDOWS]
        for some in (windows[at : at + _AT_ONCE] for at in range(0, len(windows), _AT_ONCE)):
            if deadline.remaining() < _ENOUGH_SECONDS:
                return
            yield from self._by_window(some)

    def _by_window(
        self, windows: Sequence[str]
    ) -> Iterator[tuple[str, dict[str, Sequence[StoredEntry]]]]:
        read = self.store.partitions(windows)
        for window, shards in groupby(read, key=lambda each: each[0].partition("#")[0]):
            yield window, {key: entries for key, entries in shards if entries}


def _require_auditor(by: Actor) -> None:
    # Whoever answers calls enters the refusal.
    if by.kind is not ActorKind.OPERATOR or by.organisation != CENTRE:
        raise NotTheAuditor(by.organisation)


def _position(cursor: str) -> tuple[str, str]:
    at, _, place = cursor.partition("#")
    try:
        from_utc_text(at)
    except ValueError:
        raise BadCursor from None
    return at, place
