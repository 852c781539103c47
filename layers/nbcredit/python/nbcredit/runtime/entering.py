"""The way of a file in one process, for rows that come with a call."""

from functools import cache
from time import sleep

from nbcredit.adapters.crypto import KeyedHashes
from nbcredit.adapters.dynamodb.subjects import DynamoSubjects
from nbcredit.runtime.loading import loading_of
from nbcredit.runtime.settings import AnsweringSettings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.entering import Entering
from nbcredit.usecases.receiving import Receiving
from nbcredit.usecases.settling import Settling


class EventGoesOn:
    """Nobody need be told of a reading that ran out of time: its object's own event goes on."""

    def resume(self, submission_id: str) -> None:
        """Do nothing: the event is refused as long as the call reads, and comes again."""


def entering_of(
    made: Parts, told: AnsweringSettings, *, hashes: KeyedHashes, subjects: DynamoSubjects
) -> Entering:
    uploads = made.uploads(told.files_bucket)

    @cache
    def receiving() -> Receiving:
        # The engine takes a tenth of a second to import.
        from nbcredit.cleaning.engine import CleaningEngine  # noqa: PLC0415 -- not every call's

        return Receiving(
            store=made.submissions,
            announcements=made.submissions,
            uploads=uploads,
            work=made.work_files,
            engine=CleaningEngine(),
            catalogues=made.catalogues,
            organisations=made.directory,
            queue=EventGoesOn(),
            trail=made.ledger,
            clock=made.clock,
            ids=made.ids,
            calendars=made.calendars,
            obligations=made.obligations,
        )

    return Entering(
        store=made.submissions,
        announcements=made.submissions,
        drop=uploads,
        work=made.work_files,
        plans=made.plans,
        receiving=receiving,
        lanes=made.lanes,
        loading=loading_of(made, hashes=hashes, subjects=subjects),
        settling=Settling(
            store=made.submissions, files=made.work_files, clock=made.clock, ids=made.ids
        ),
        catalogues=made.catalogues,
        organisations=made.directory,
        clock=made.clock,
        ids=made.ids,
        sleep=sleep,
    )
