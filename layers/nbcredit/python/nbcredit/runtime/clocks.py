"""What is made of obligations, calendar and inboxes: the same parts wherever they are needed."""

from collections.abc import Sequence

from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.calendars import Redating
from nbcredit.usecases.duties import Duties
from nbcredit.usecases.exchange_following import Deliveries
from nbcredit.usecases.inbox import Inbox
from nbcredit.usecases.off_catalogue import Invitations
from nbcredit.usecases.relaying import Follower
from nbcredit.usecases.reminding import Reminding
from nbcredit.usecases.urging import UrgeMessages
from nbcredit.usecases.visibility import Visibility
from nbcredit.usecases.zero_reports import Contradictions, ZeroReports


def duties_of(made: Parts) -> Duties:
    return Duties(made.obligations, made.catalogues, made.clock, Visibility(made.directory))


def inbox_of(made: Parts) -> Inbox:
    return Inbox(made.inboxes, made.ids)


def zero_reports_of(made: Parts) -> ZeroReports:
    return ZeroReports(
        made.obligations, made.submissions, made.catalogues, made.directory, made.clock
    )


def reminding_of(made: Parts) -> Reminding:
    return Reminding(
        obligations=made.obligations,
        duties=duties_of(made),
        inbox=inbox_of(made),
        calendars=made.calendars,
        organisations=made.directory,
        clock=made.clock,
    )


def followers_of(made: Parts) -> Sequence[Follower]:
    """Return who follows events here: due dates renewed, contradictions told."""
    return (
        Redating(made.calendars, made.obligations, made.directory),
        Contradictions(made.obligations, made.submissions, inbox_of(made)),
        Invitations(made.information, inbox_of(made)),
        Deliveries(made.posts, made.directory, inbox_of(made)),
        UrgeMessages(made.urges, made.directory, inbox_of(made)),
    )
