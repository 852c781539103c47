"""Calls about the inbox of an organisation."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from nbcredit.usecases.inbox import Message
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call


class ShowInbox(Call):
    """Ask for the latest messages of an organisation, newest first."""

    call: Literal["show-inbox"] = "show-inbox"
    organisation: Code
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class MessageView(Wire):
    """One message."""

    message: str
    day: date
    at: datetime
    subject: str
    lines: list[str]


class InboxView(Wire):
    """Messages, newest first."""

    organisation: str
    messages: list[MessageView]


def inbox_view(organisation: str, messages: Sequence[Message]) -> InboxView:
    return InboxView(
        organisation=organisation,
        messages=[
            MessageView(
                message=each.id,
                day=each.day,
                at=each.at,
                subject=each.subject,
                lines=list(each.lines),
            )
            for each in messages
        ],
    )
