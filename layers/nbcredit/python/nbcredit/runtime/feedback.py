"""What feedback is made of, in the functions that have to do with it."""

from nbcredit.adapters.dynamodb.feedback import DynamoFeedback
from nbcredit.adapters.feedback_files import WorkFeedbackFiles
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.answering import Answering
from nbcredit.usecases.feedback import Feedbacks, ReturnQueue
from nbcredit.usecases.feedback_following import FeedbackFollower
from nbcredit.usecases.feedback_papers import FeedbackPapers
from nbcredit.usecases.held_rows import HeldRows
from nbcredit.usecases.obligations import Obligations
from nbcredit.usecases.records import RecordReader
from nbcredit.usecases.returning import Returning
from nbcredit.usecases.visibility import Visibility
from nbcredit.usecases.withdrawn_records import WithdrawnRecords


def answering_of(made: Parts) -> Answering:
    return Answering(
        store=DynamoFeedback(made.ledger),
        files=WorkFeedbackFiles(made.bucket),
        obligations=Obligations(made.obligations, made.calendars),
        clock=made.clock,
        ids=made.ids,
    )


def held_rows_of(made: Parts) -> HeldRows:
    return HeldRows(made.cases, made.submissions, answering_of(made))


def follower_of(made: Parts, returns: ReturnQueue) -> FeedbackFollower:
    return FeedbackFollower(held_rows_of(made), returns)


def feedbacks_of(made: Parts, reader: RecordReader, returns: ReturnQueue) -> Feedbacks:
    held, seen = held_rows_of(made), Visibility(made.directory)
    return Feedbacks(
        answering=held.answering,
        held=held,
        files=FeedbackPapers(held.answering.files, made.submissions, made.ledger, seen),
        reader=reader,
        returns=returns,
        trail=made.ledger,
        clock=made.clock,
        sees=seen,
    )


def returning_of(made: Parts, returns: ReturnQueue, *, files_bucket: str) -> Returning:
    # Both take a tenth of a second to import, and most messages need neither.
    from nbcredit.cleaning.originals import (  # noqa: PLC0415 -- only what has problems needs it
        Originals,
    )
    from nbcredit.documents.receipts import HtmlPapers  # noqa: PLC0415 -- as above
    from nbcredit.documents.returned_books import XlsxBooks  # noqa: PLC0415 -- as above

    held = held_rows_of(made)
    answering = held.answering
    return Returning(
        submissions=made.submissions,
        work=made.work_files,
        uploads=made.uploads(files_bucket),
        rereader=Originals(),
        files=answering.files,
        books=XlsxBooks(),
        papers=HtmlPapers(),
        held=held,
        answering=answering,
        withdrawn=WithdrawnRecords(made.work_files, answering),
        catalogues=made.catalogues,
        organisations=made.directory,
        queue=returns,
    )
