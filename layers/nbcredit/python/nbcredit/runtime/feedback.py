"""What feedback is made of, in the functions that have to do with it."""

from nbcredit.adapters.dynamodb.feedback import DynamoFeedback
from nbcredit.adapters.feedback_files import WorkFeedbackFiles
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.feedback import Answering, Feedbacks, ReturnQueue
from nbcredit.usecases.feedback_following import FeedbackFollower
from nbcredit.usecases.obligations import Obligations
from nbcredit.usecases.records import RecordReader
from nbcredit.usecases.returning import Returning


def answering_of(made: Parts) -> Answering:
    return Answering(
        store=DynamoFeedback(made.ledger),
        files=WorkFeedbackFiles(made.bucket),
        obligations=Obligations(made.obligations, made.calendars),
        clock=made.clock,
        ids=made.ids,
    )


def follower_of(made: Parts, returns: ReturnQueue) -> FeedbackFollower:
    return FeedbackFollower(answering_of(made), returns)


def feedbacks_of(made: Parts, reader: RecordReader, returns: ReturnQueue) -> Feedbacks:
    return Feedbacks(
        answering=answering_of(made),
        submissions=made.submissions,
        reader=reader,
        returns=returns,
        trail=made.ledger,
        clock=made.clock,
    )


def returning_of(made: Parts, *, files_bucket: str) -> Returning:
    # Both take a tenth of a second to import, and most messages need neither.
    from nbcredit.cleaning.originals import (  # noqa: PLC0415 -- only what has problems needs it
        Originals,
    )
    from nbcredit.documents.receipts import HtmlPapers  # noqa: PLC0415 -- as above
    from nbcredit.documents.returned_books import XlsxBooks  # noqa: PLC0415 -- as above

    answering = answering_of(made)
    return Returning(
        submissions=made.submissions,
        work=made.work_files,
        uploads=made.uploads(files_bucket),
        rereader=Originals(),
        files=answering.files,
        books=XlsxBooks(),
        papers=HtmlPapers(),
        cases=made.cases,
        answering=answering,
        catalogues=made.catalogues,
        organisations=made.directory,
    )
