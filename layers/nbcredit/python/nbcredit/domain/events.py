"""Events: what follows a committed change, told through the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

# Of a loading: whether it is of history, whose chunks have a queue of their own.
BACKFILL: Final = "backfill"
# Of a loading and its chunks: whether the last one comes when all others are in.
CORRECTING: Final = "correcting"


class EventKind(StrEnum):
    """What happened; each kind has its followers in `usecases.relaying`."""

    SUBMISSION_READ = "submission-read"
    LOADING_STARTED = "loading-started"
    CHUNK_LOADED = "chunk-loaded"
    SUBMISSION_SETTLED = "submission-settled"
    FEEDBACK_OPENED = "feedback-opened"
    FEEDBACK_ANSWERED = "feedback-answered"
    FEEDBACK_CLOSED = "feedback-closed"
    CASE_DECIDED = "case-decided"
    CALENDAR_LOADED = "calendar-loaded"
    MESSAGE_LEFT = "message-left"
    OFF_CATALOGUE_COVERED = "off-catalogue-covered"
    POST_SENT = "post-sent"
    POST_ANSWERED = "post-answered"
    POST_CLOSED = "post-closed"
    URGED = "urged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; followers recognise a repeat by its id."""

    id: str
    kind: EventKind
    at: datetime
    subject: str
    detail: Mapping[str, str] = field(default_factory=dict)
