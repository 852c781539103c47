"""Who reports by a call: told before its rows are put where files arrive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nbcredit.domain.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Who reports by a call, and since when: told before the rows are put where files arrive."""

    by: Actor
    at: datetime


class Announcements(Protocol):
    """What calls have announced, for whoever registers their rows: the call, or the event."""

    def announce(self, submission_id: str, announcement: Announcement) -> None:
        """Keep who reports it; what was announced before of the same rows is written over."""
        ...

    def announced(self, submission_id: str) -> Announcement | None: ...
