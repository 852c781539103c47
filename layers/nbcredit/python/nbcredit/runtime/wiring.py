"""Which adapter stands behind which port: `Parts` makes each when it is first needed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import boto3
from botocore.config import Config

from nbcredit.adapters.dynamodb.accounts import DynamoAccounts, DynamoCredentials
from nbcredit.adapters.dynamodb.calendars import DynamoCalendars
from nbcredit.adapters.dynamodb.cases import DynamoCases
from nbcredit.adapters.dynamodb.catalogues import DynamoCatalogues
from nbcredit.adapters.dynamodb.certificates import DynamoAuthorities, DynamoCertificates
from nbcredit.adapters.dynamodb.directory import DynamoDirectory
from nbcredit.adapters.dynamodb.exchange import DynamoPosts
from nbcredit.adapters.dynamodb.inboxes import DynamoInboxes
from nbcredit.adapters.dynamodb.lanes import DynamoLanes
from nbcredit.adapters.dynamodb.ledger import DynamoOutbox, Ledger
from nbcredit.adapters.dynamodb.obligations import DynamoObligations
from nbcredit.adapters.dynamodb.off_catalogue import DynamoInformation
from nbcredit.adapters.dynamodb.sessions import DynamoSessions
from nbcredit.adapters.dynamodb.submissions import DynamoSubmissions
from nbcredit.adapters.dynamodb.supervision import DynamoUrges
from nbcredit.adapters.dynamodb.tables import TableNames, connect
from nbcredit.adapters.dynamodb.uploads import DynamoForms
from nbcredit.adapters.s3 import UploadBucket, WorkBucket
from nbcredit.adapters.sqs import Chunks, Readings, Settles
from nbcredit.adapters.work_files import ChunkClaims, Plans, StandingRecords, SubmissionFiles
from nbcredit.runtime.clock import RandomIds, SystemClock
from nbcredit.runtime.settings import StoreSettings, TableSettings
from nbcredit.usecases.lanes import Lanes
from nbcredit.usecases.ports import Clock, IdFactory

_PATIENCE = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"total_max_attempts": 5, "mode": "standard"},
    signature_version="s3v4",
)


def client(service: str) -> Any:
    """Make a client; one costs some 0.1 to 0.3 seconds of a cold start."""
    make: Any = boto3.client
    return make(service, config=_PATIENCE)


@dataclass(frozen=True, eq=False)
class Parts:
    """The adapters of one function, by the names in its settings."""

    names: TableNames
    work_bucket: str
    clock: Clock
    ids: IdFactory

    @classmethod
    def of(cls, told: StoreSettings) -> Self:
        return cls(told.names, told.work_bucket, SystemClock(), RandomIds())

    @classmethod
    def of_tables(cls, told: TableSettings) -> Self:
        return cls(told.names, "", SystemClock(), RandomIds())

    @cached_property
    def connection(self) -> Any:
        return connect(self.names)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.connection, clock=self.clock, ids=self.ids)

    @cached_property
    def submissions(self) -> DynamoSubmissions:
        return DynamoSubmissions(self.connection, self.ledger)

    @cached_property
    def cases(self) -> DynamoCases:
        return DynamoCases(self.connection, self.ledger)

    @cached_property
    def lane_store(self) -> DynamoLanes:
        return DynamoLanes(self.ledger)

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes(self.lane_store, self.submissions, self.clock, self.ids)

    @cached_property
    def outbox(self) -> DynamoOutbox:
        return DynamoOutbox(self.connection, self.clock)

    @cached_property
    def catalogues(self) -> DynamoCatalogues:
        return DynamoCatalogues(self.ledger)

    @cached_property
    def calendars(self) -> DynamoCalendars:
        return DynamoCalendars(self.ledger, self.clock)

    @cached_property
    def obligations(self) -> DynamoObligations:
        return DynamoObligations(self.ledger)

    @cached_property
    def information(self) -> DynamoInformation:
        return DynamoInformation(self.ledger)

    @cached_property
    def posts(self) -> DynamoPosts:
        return DynamoPosts(self.connection, self.ledger)

    @cached_property
    def urges(self) -> DynamoUrges:
        return DynamoUrges(self.ledger)

    @cached_property
    def inboxes(self) -> DynamoInboxes:
        return DynamoInboxes(self.ledger)

    @cached_property
    def directory(self) -> DynamoDirectory:
        return DynamoDirectory(self.ledger, self.clock)

    @cached_property
    def accounts(self) -> DynamoAccounts:
        return DynamoAccounts(self.ledger)

    @cached_property
    def credentials(self) -> DynamoCredentials:
        return DynamoCredentials(self.ledger)

    @cached_property
    def certificates(self) -> DynamoCertificates:
        return DynamoCertificates(self.ledger)

    @cached_property
    def authorities(self) -> DynamoAuthorities:
        return DynamoAuthorities(self.clock)

    @cached_property
    def sessions(self) -> DynamoSessions:
        return DynamoSessions(self.connection, self.ledger)

    @cached_property
    def s3(self) -> Any:
        return client("s3")

    @cached_property
    def sqs(self) -> Any:
        return client("sqs")

    @cached_property
    def bucket(self) -> WorkBucket:
        return WorkBucket(self.s3, bucket=self.work_bucket)

    @cached_property
    def work_files(self) -> SubmissionFiles:
        return SubmissionFiles(self.bucket)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self.bucket)

    @cached_property
    def claims(self) -> ChunkClaims:
        return ChunkClaims(self.bucket, self.ids)

    @cached_property
    def standing(self) -> StandingRecords:
        return StandingRecords(self.bucket)

    @cached_property
    def forms(self) -> DynamoForms:
        return DynamoForms(self.ledger)

    def uploads(self, bucket: str) -> UploadBucket:
        return UploadBucket(self.s3, bucket=bucket)

    def chunks(self, url: str) -> Chunks:
        return Chunks(self.sqs, url=url)

    def settles(self, url: str) -> Settles:
        return Settles(self.sqs, url=url)

    def readings(self, url: str) -> Readings:
        return Readings(self.sqs, url=url)
