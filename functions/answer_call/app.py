"""Answer calls that come by Lambda invoke."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.adapters.dynamodb.ledger import DynamoAuditStore
from nbcredit.adapters.dynamodb.off_catalogue import DynamoOffCatalogue
from nbcredit.domain.errors import Refusal
from nbcredit.domain.submissions import MAX_BYTES
from nbcredit.runtime.answering import Answering, Answers, problem_of
from nbcredit.runtime.answers.audit import AuditAnswers
from nbcredit.runtime.answers.calendars import CalendarAnswers
from nbcredit.runtime.answers.cases import CaseAnswers
from nbcredit.runtime.answers.catalogue import CatalogueAnswers
from nbcredit.runtime.answers.duties import DueViews, duty_answers
from nbcredit.runtime.answers.exchange import ExchangeAnswers
from nbcredit.runtime.answers.feedback import FeedbackAnswers
from nbcredit.runtime.answers.off_catalogue import OffCatalogueAnswers
from nbcredit.runtime.answers.organisations import OrganisationAnswers
from nbcredit.runtime.answers.records import RecordAnswers
from nbcredit.runtime.answers.reporting import ReportingAnswers
from nbcredit.runtime.answers.submissions import SubmissionAnswers
from nbcredit.runtime.answers.uploads import UploadAnswers
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.entering import entering_of
from nbcredit.runtime.feedback import feedbacks_of
from nbcredit.runtime.settings import AnswerCallSettings, settings
from nbcredit.runtime.subjects import field_cipher, keyed_hashes, subject_store
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.access import Access
from nbcredit.usecases.attachments import Attachments
from nbcredit.usecases.audit import Audit
from nbcredit.usecases.calendars import CalendarKeeping
from nbcredit.usecases.cases import Cases
from nbcredit.usecases.catalogue import Catalogues, SchemaChecker
from nbcredit.usecases.catalogue_trials import CatalogueTrials
from nbcredit.usecases.exchange import Exchange
from nbcredit.usecases.feedback import Feedbacks
from nbcredit.usecases.off_catalogue import OffCatalogue
from nbcredit.usecases.organisations import Organisations
from nbcredit.usecases.records import RecordReader, Records
from nbcredit.usecases.submissions import Submissions
from nbcredit.usecases.uploads import Preparing
from nbcredit.usecases.verification import Verification
from nbcredit.usecases.withdrawals import Withdrawals

logger = Logger()


@cache
def parts() -> Parts:
    return Parts.of(settings(AnswerCallSettings))


@cache
def answering() -> Answering:
    told, made = settings(AnswerCallSettings), parts()
    hashes = keyed_hashes(told)
    reader = subject_store(made, hashes=hashes, field_key_id=told.field_key_id)
    access = Access(made.ledger)
    entering = entering_of(made, told, hashes=hashes, subjects=reader)
    cases = Cases(
        store=made.cases,
        submissions=made.submissions,
        work=made.work_files,
        subjects=reader,
        hashes=hashes,
        catalogues=made.catalogues,
        entering=lambda: entering,
        trail=made.ledger,
        clock=made.clock,
        ids=made.ids,
    )
    answers: Answers = {
        **SubmissionAnswers(
            Submissions(made.submissions, made.work_files, made.ledger),
            made.catalogues,
            DueViews(made.obligations, made.calendars, made.clock),
        ).all(),
        **RecordAnswers(
            records=Records(reader, made.submissions, hashes, access),
            verification=Verification(reader, hashes, access),
            catalogues=made.catalogues,
            organisations=made.directory,
            clock=made.clock,
        ).all(),
        **CatalogueAnswers(made.catalogues, publishing, trials, made.clock).all(),
        **OrganisationAnswers(Organisations(made.directory)).all(),
        **ReportingAnswers(entering, Withdrawals(entering, reader, made.ledger)).all(),
        **CaseAnswers(cases, made.catalogues).all(),
        **UploadAnswers(preparing()).all(),
        **OffCatalogueAnswers(off_catalogue, made.catalogues, made.clock).all(),
        **ExchangeAnswers(exchange, made.directory).all(),
        **FeedbackAnswers(
            lambda: feedbacks(reader), made.catalogues, made.calendars, made.clock
        ).all(),
        **CalendarAnswers(CalendarKeeping(made.calendars, made.clock, made.ids)).all(),
        **duty_answers(made),
        **AuditAnswers(Audit(DynamoAuditStore(), made.ledger)).all(),
    }
    return Answering(answers, made.ledger)


@cache
def feedbacks(reader: RecordReader) -> Feedbacks:
    told, made = settings(AnswerCallSettings), parts()
    return feedbacks_of(made, reader, made.settles(told.settle_queue_url))


def preparing() -> Preparing:
    made = parts()
    return Preparing(
        bucket=made.uploads(settings(AnswerCallSettings).files_bucket),
        prepared=made.forms,
        catalogues=made.catalogues,
        organisations=made.directory,
        clock=made.clock,
        ids=made.ids,
        largest=MAX_BYTES,
    )


def attachments(prefix: str) -> Attachments:
    made = parts()
    return Attachments(
        prefix=prefix,
        bucket=made.uploads(settings(AnswerCallSettings).files_bucket),
        prepared=made.forms,
        preparing=preparing(),
        clock=made.clock,
        ids=made.ids,
    )


@cache
def off_catalogue() -> OffCatalogue:
    told, made = settings(AnswerCallSettings), parts()
    return OffCatalogue(
        store=DynamoOffCatalogue(made.ledger, field_cipher(told.field_key_id)),
        submissions=made.submissions,
        attachments=attachments("off-catalogue"),
        catalogues=made.catalogues,
        organisations=made.directory,
        hashes=keyed_hashes(told),
        trail=made.ledger,
        clock=made.clock,
        ids=made.ids,
    )


@cache
def exchange() -> Exchange:
    made = parts()
    return Exchange(
        store=made.posts,
        attachments=attachments("exchange"),
        organisations=made.directory,
        trail=made.ledger,
        clock=made.clock,
        ids=made.ids,
    )


@cache
def checker() -> SchemaChecker:
    # jsonschema takes a tenth of a second to import.
    from nbcredit.adapters.schema_checker import (  # noqa: PLC0415 -- only the office needs it
        JsonSchemaChecker,
    )

    return JsonSchemaChecker.shipped()


@cache
def publishing() -> Catalogues:
    return Catalogues(parts().catalogues, checker(), parts().clock)


@cache
def trials() -> CatalogueTrials:
    # The engine takes nearly as long, and no other call reads files.
    from nbcredit.cleaning.engine import CleaningEngine  # noqa: PLC0415 -- only a trial needs it

    made = parts()
    return CatalogueTrials(
        store=made.submissions,
        uploads=made.uploads(settings(AnswerCallSettings).files_bucket),
        work=made.work_files,
        engine=CleaningEngine(),
        catalogues=made.catalogues,
        organisations=made.directory,
        checker=checker(),
        trail=made.ledger,
    )


def handler(event: Any, context: Any) -> dict[str, Any]:
    try:
        answer = answering().answer(event, deadline=LambdaDeadline(context))
    except Refusal as refusal:
        # A cold start fetches the secret: where that is refused nobody can answer yet.
        answer = problem_of(refusal)
    logger.info("call answered", call=_name(event), code=answer.get("code", "answered"))
    return answer


def _name(event: Any) -> str:
    return str(event.get("call", ""))[:40] if isinstance(event, dict) else ""
