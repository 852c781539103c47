"""Every answer there is, each made when its first call comes: for all functions that answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any, Final

from nbcredit.adapters.crypto import KeyedHashes
from nbcredit.adapters.dynamodb.off_catalogue import DynamoOffCatalogue
from nbcredit.adapters.dynamodb.subjects import DynamoSubjects
from nbcredit.domain.submissions import MAX_BYTES
from nbcredit.runtime.answering import Answer, Answers
from nbcredit.runtime.answers.accounts import AccountAnswers
from nbcredit.runtime.answers.audit import AuditAnswers
from nbcredit.runtime.answers.calendars import CalendarAnswers
from nbcredit.runtime.answers.cases import CaseAnswers
from nbcredit.runtime.answers.catalogue import CatalogueAnswers
from nbcredit.runtime.answers.catalogue_drafts import CatalogueDraftAnswers
from nbcredit.runtime.answers.certificates import CertificateAnswers
from nbcredit.runtime.answers.checks import CheckAnswers, engine_checks
from nbcredit.runtime.answers.duties import DueViews, DutyAnswers, duty_answers
from nbcredit.runtime.answers.exchange import ExchangeAnswers
from nbcredit.runtime.answers.feedback import FeedbackAnswers
from nbcredit.runtime.answers.off_catalogue import OffCatalogueAnswers
from nbcredit.runtime.answers.organisations import OrganisationAnswers
from nbcredit.runtime.answers.records import RecordAnswers
from nbcredit.runtime.answers.reporting import ReportingAnswers
from nbcredit.runtime.answers.returned_rows import ReturnedRowAnswers, originals
from nbcredit.runtime.answers.submissions import SubmissionAnswers
from nbcredit.runtime.answers.supervision import SupervisionAnswers, supervision_answers
from nbcredit.runtime.answers.uploads import UploadAnswers
from nbcredit.runtime.entering import entering_of
from nbcredit.runtime.feedback import feedbacks_of, held_rows_of
from nbcredit.runtime.identity import accounts_of, certificates_of, one_time_codes_of
from nbcredit.runtime.sealing import audit_exports_of, proving_of, seal_watch_of
from nbcredit.runtime.settings import AnsweringSettings
from nbcredit.runtime.subjects import field_cipher, keyed_hashes, subject_store
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.access import Access
from nbcredit.usecases.attachments import Attachments
from nbcredit.usecases.audit import Audit
from nbcredit.usecases.calendars import CalendarKeeping
from nbcredit.usecases.case_facts import CaseFacts
from nbcredit.usecases.cases import Cases
from nbcredit.usecases.catalogue import Catalogues, SchemaChecker
from nbcredit.usecases.catalogue_drafts import CatalogueDrafts
from nbcredit.usecases.catalogue_trials import CatalogueTrials
from nbcredit.usecases.entering import Entering
from nbcredit.usecases.exchange import Exchange
from nbcredit.usecases.feedback import Feedbacks
from nbcredit.usecases.file_checks import FileChecks
from nbcredit.usecases.off_catalogue import OffCatalogue
from nbcredit.usecases.organisations import Organisations
from nbcredit.usecases.records import Records
from nbcredit.usecases.returned_cells import ReturnedCellsReader
from nbcredit.usecases.sealing import SealWatch, WatchedTrail
from nbcredit.usecases.submissions import Submissions
from nbcredit.usecases.uploads import Preparing
from nbcredit.usecases.verification import Verification
from nbcredit.usecases.visibility import Visibility
from nbcredit.usecases.withdrawals import Withdrawals
from nbcredit.wire.calls import Call

# Who answers which calls. A kind of answers tells its calls without its parts.
KINDS: Final[tuple[type[Any], ...]] = (
    AccountAnswers,
    CertificateAnswers,
    SubmissionAnswers,
    RecordAnswers,
    CatalogueAnswers,
    CatalogueDraftAnswers,
    OrganisationAnswers,
    ReportingAnswers,
    CaseAnswers,
    UploadAnswers,
    CheckAnswers,
    OffCatalogueAnswers,
    ExchangeAnswers,
    FeedbackAnswers,
    ReturnedRowAnswers,
    CalendarAnswers,
    DutyAnswers,
    SupervisionAnswers,
    AuditAnswers,
)


def answered_by(kind: type[Any]) -> Answers:
    """Return the calls of a kind with the methods that answer them, which have no parts yet."""
    answers: Answers = kind(*(None for _ in fields(kind))).all()
    return answers


class AllAnswers(Mapping[type[Call], Answer]):
    """Answers by the call; a page that asks for one does not wait for what others need."""

    def __init__(self, parts: Parts, told: AnsweringSettings) -> None:
        self._parts = parts
        self._told = told
        self._kinds = {call: kind for kind in KINDS for call in answered_by(kind)}
        self._made: dict[type[Any], Answers] = {}

    def __getitem__(self, call: type[Call]) -> Answer:
        kind = self._kinds[call]
        if kind not in self._made:
            self._made[kind] = self._makers[kind]()
        return self._made[kind][call]

    def __iter__(self) -> Iterator[type[Call]]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @cached_property
    def _makers(self) -> Mapping[type[Any], Callable[[], Answers]]:
        made, clock = self._parts, self._parts.clock
        return {
            AccountAnswers: lambda: AccountAnswers(
                accounts_of(made), one_time_codes_of(made)
            ).all(),
            CertificateAnswers: lambda: CertificateAnswers(
                lambda: certificates_of(made, self._told)
            ).all(),
            SubmissionAnswers: lambda: SubmissionAnswers(
                Submissions(
                    made.submissions, made.work_files, made.ledger, Visibility(made.directory)
                ),
                made.catalogues,
                DueViews(made.obligations, made.calendars, clock),
            ).all(),
            RecordAnswers: lambda: RecordAnswers(
                records=Records(self._reader, made.submissions, self._hashes, self._access),
                verification=Verification(self._reader, self._hashes, self._access),
                catalogues=made.catalogues,
                organisations=made.directory,
                clock=clock,
            ).all(),
            CatalogueAnswers: lambda: CatalogueAnswers(
                made.catalogues, self._publishing, self._trials, clock
            ).all(),
            CatalogueDraftAnswers: lambda: CatalogueDraftAnswers(
                CatalogueDrafts(
                    made.catalogues, lambda: self._checker, made.information, made.ledger, clock
                )
            ).all(),
            OrganisationAnswers: lambda: OrganisationAnswers(Organisations(made.directory)).all(),
            ReportingAnswers: lambda: ReportingAnswers(
                self._entering, Withdrawals(self._entering, self._reader, made.ledger)
            ).all(),
            CaseAnswers: lambda: CaseAnswers(self._cases, made.catalogues).all(),
            UploadAnswers: lambda: UploadAnswers(self._preparing).all(),
            CheckAnswers: lambda: CheckAnswers(
                FileChecks(engine_checks, made.catalogues, made.ledger, clock)
            ).all(),
            OffCatalogueAnswers: lambda: OffCatalogueAnswers(
                lambda: self._off_catalogue, made.catalogues, clock
            ).all(),
            ExchangeAnswers: lambda: ExchangeAnswers(lambda: self._exchange, made.directory).all(),
            FeedbackAnswers: lambda: FeedbackAnswers(
                lambda: self._feedbacks, made.catalogues, made.calendars, clock
            ).all(),
            ReturnedRowAnswers: lambda: ReturnedRowAnswers(lambda: self._returned_cells).all(),
            CalendarAnswers: lambda: CalendarAnswers(
                CalendarKeeping(made.calendars, clock, made.ids)
            ).all(),
            DutyAnswers: lambda: duty_answers(made),
            SupervisionAnswers: lambda: supervision_answers(made),
            AuditAnswers: lambda: AuditAnswers(
                audit=Audit(proving_of(made, self._told.audit_bucket), made.ledger),
                exports=audit_exports_of(made, self._told.audit_bucket),
                hashes=self._hashes,
                catalogues=made.catalogues,
                organisations=made.directory,
                clock=clock,
            ).all(),
        }

    @cached_property
    def _hashes(self) -> KeyedHashes:
        return keyed_hashes(self._told)

    @cached_property
    def _reader(self) -> DynamoSubjects:
        key = self._told.field_key_id
        return subject_store(self._parts, hashes=self._hashes, field_key_id=key)

    @cached_property
    def _access(self) -> Access:
        return Access(self._parts.ledger, self._watch)

    @cached_property
    def _watch(self) -> SealWatch:
        return seal_watch_of(self._parts)

    @cached_property
    def _entering(self) -> Entering:
        return entering_of(self._parts, self._told, hashes=self._hashes, subjects=self._reader)

    @cached_property
    def _cases(self) -> Cases:
        made = self._parts
        return Cases(
            store=made.cases,
            submissions=made.submissions,
            work=made.work_files,
            facts=CaseFacts(self._reader, self._hashes),
            catalogues=made.catalogues,
            held=held_rows_of(made),
            entering=lambda: self._entering,
            trail=WatchedTrail(made.ledger, self._watch),
            sees=Visibility(made.directory),
            clock=made.clock,
            ids=made.ids,
        )

    @cached_property
    def _feedbacks(self) -> Feedbacks:
        settles = self._parts.settles(self._told.settle_queue_url)
        return feedbacks_of(self._parts, self._reader, settles)

    @cached_property
    def _returned_cells(self) -> ReturnedCellsReader:
        made = self._parts
        return ReturnedCellsReader(
            answering=self._feedbacks.answering,
            submissions=made.submissions,
            uploads=made.uploads(self._told.files_bucket),
            work=made.work_files,
            rereader=originals,
            reader=self._reader,
            catalogues=made.catalogues,
            trail=made.ledger,
        )

    @cached_property
    def _preparing(self) -> Preparing:
        made = self._parts
        return Preparing(
            bucket=made.uploads(self._told.files_bucket),
            prepared=made.forms,
            catalogues=made.catalogues,
            organisations=made.directory,
            clock=made.clock,
            ids=made.ids,
            largest=MAX_BYTES,
        )

    def _attachments(self, prefix: str) -> Attachments:
        made = self._parts
        return Attachments(
            prefix=prefix,
            bucket=made.uploads(self._told.files_bucket),
            prepared=made.forms,
            preparing=self._preparing,
            clock=made.clock,
            ids=made.ids,
        )

    @cached_property
    def _off_catalogue(self) -> OffCatalogue:
        made = self._parts
        return OffCatalogue(
            store=DynamoOffCatalogue(made.ledger, field_cipher(self._told.field_key_id)),
            submissions=made.submissions,
            attachments=self._attachments("off-catalogue"),
            catalogues=made.catalogues,
            organisations=made.directory,
            hashes=self._hashes,
            trail=WatchedTrail(made.ledger, self._watch),
            clock=made.clock,
            ids=made.ids,
        )

    @cached_property
    def _exchange(self) -> Exchange:
        made = self._parts
        return Exchange(
            store=made.posts,
            attachments=self._attachments("exchange"),
            organisations=made.directory,
            trail=made.ledger,
            clock=made.clock,
            ids=made.ids,
        )

    @cached_property
    def _checker(self) -> SchemaChecker:
        # jsonschema takes a tenth of a second to import.
        from nbcredit.adapters.schema_checker import (  # noqa: PLC0415 -- only the office needs it
            JsonSchemaChecker,
        )

        return JsonSchemaChecker.shipped()

    def _publishing(self) -> Catalogues:
        return Catalogues(self._parts.catalogues, self._checker, self._parts.clock)

    def _trials(self) -> CatalogueTrials:
        # The engine takes nearly as long, and no other call reads files.
        from nbcredit.cleaning.engine import (  # noqa: PLC0415 -- only a trial needs it
            CleaningEngine,
        )

        made = self._parts
        return CatalogueTrials(
            store=made.submissions,
            uploads=made.uploads(self._told.files_bucket),
            work=made.work_files,
            engine=CleaningEngine(),
            catalogues=made.catalogues,
            organisations=made.directory,
            checker=self._checker,
            trail=made.ledger,
        )
