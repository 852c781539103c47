"""The whole way of a file in one process: moto for AWS, the real use cases, a hand on the clock."""

import itertools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Self

import boto3
from boto3.dynamodb.types import TypeDeserializer
from moto import mock_aws
from ulid import ULID

from nbcredit.adapters.crypto import KeyedHashes
from nbcredit.adapters.dynamodb.changes import DynamoChangeLog
from nbcredit.adapters.dynamodb.subjects import DynamoSubjects
from nbcredit.adapters.dynamodb.tables import TableNames
from nbcredit.cleaning.engine import CleaningEngine
from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act, Verdict
from nbcredit.domain.catalogue import Item
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.records import Record
from nbcredit.domain.subjects import SubjectKey
from nbcredit.domain.submissions import Submission
from nbcredit.runtime.clocks import duties_of, followers_of, reminding_of
from nbcredit.runtime.feedback import feedbacks_of, follower_of, held_rows_of, returning_of
from nbcredit.runtime.relaying import decided_rows_of, relay_all
from nbcredit.runtime.sealing import proving_of
from nbcredit.runtime.subjects import subject_store
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.case_facts import CaseFacts
from nbcredit.usecases.cases import Cases
from nbcredit.usecases.catalogue import Publication
from nbcredit.usecases.chunks import ChunkTask
from nbcredit.usecases.duties import Duties
from nbcredit.usecases.entering import Entering
from nbcredit.usecases.feedback import Feedbacks
from nbcredit.usecases.loading import Loading
from nbcredit.usecases.progress import CHUNK_ROWS
from nbcredit.usecases.receiving import Receipt, Receiving, Upload
from nbcredit.usecases.relaying import Relaying, Sweeping
from nbcredit.usecases.reminding import Reminding
from nbcredit.usecases.returning import Returning
from nbcredit.usecases.settling import Settled, Settling
from nbcredit.usecases.visibility import Visibility
from nbcredit.usecases.withdrawals import Withdrawals

ROOT: Final = Path(__file__).parents[2]
NAMES: Final = TableNames("work", "audit", "legal-persons", "natural-persons")
UPLOADS: Final = "uploads"
WORK: Final = "work-files"
SEALS: Final = "seals"
START: Final = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CENTRE: Final = Actor(kind=ActorKind.OPERATOR, id="chen", organisation="centre")
SECRET: Final = b"a secret of the tests, of no use elsewhere"


def client(service: str) -> Any:
    """Return the tests' own client of a service, of moto or of the local cloud."""
    return _client(service, os.environ.get("AWS_ENDPOINT_URL"))


@cache
def _client(service: str, endpoint: str | None) -> Any:
    # A new one costs as much as many requests.
    make: Any = boto3.client
    return make(service, endpoint_url=endpoint)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def forward(self, step: timedelta) -> None:
        self.moment += step


class CountingIds:
    """ULIDs of the hand clock's time, in order and the same in every run."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._count = itertools.count(1)

    def new(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return str(ULID(milliseconds.to_bytes(6) + next(self._count).to_bytes(10)))


@dataclass(slots=True)
class Patient:
    """A deadline that is far away, unless a test says otherwise."""

    seconds: float = 1000.0

    def remaining(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Queues:
    """What SQS would hold; `sending` lets a test break a send, `waiting` act while a call waits."""

    uploads: list[Upload] = field(default_factory=list)
    chunks: list[ChunkTask] = field(default_factory=list)
    backfill: list[ChunkTask] = field(default_factory=list)
    settles: list[str] = field(default_factory=list)
    anew: set[str] = field(default_factory=set)
    readings: list[str] = field(default_factory=list)
    sending: Callable[[], AbstractContextManager[None]] = nullcontext
    waiting: Callable[[float], None] = lambda _seconds: None


class ChunkQueue:
    """The queue of chunks, or of those of history, as a list."""

    def __init__(self, queues: Queues, *, backfill: bool = False) -> None:
        self._queues = queues
        self._backfill = backfill

    def send(self, tasks: Sequence[ChunkTask]) -> None:
        with self._queues.sending():
            (self._queues.backfill if self._backfill else self._queues.chunks).extend(tasks)


class SettleQueue:
    """The settle queue as a list."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def send(self, submission_id: str, *, again: bool = False) -> None:
        with self._queues.sending():
            self._queues.settles.append(submission_id)
            if again:
                self._queues.anew.add(submission_id)


class ReadingQueue:
    """The queue of readings to go on with as a list."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def resume(self, submission_id: str) -> None:
        with self._queues.sending():
            self._queues.readings.append(submission_id)


class SealedToday:
    """A trail that is sealed as it should be."""

    def require_fresh(self) -> None:
        pass


@dataclass(eq=False)
class Stage:
    """One platform: uploads go in, `run` lets everything have its consequences."""

    clock: HandClock = field(default_factory=HandClock)
    queues: Queues = field(default_factory=Queues)
    deadline: Patient = field(default_factory=Patient)
    chunk_rows: int = CHUNK_ROWS

    @cached_property
    def ids(self) -> CountingIds:
        return CountingIds(self.clock)

    @cached_property
    def parts(self) -> Parts:
        return Parts(NAMES, WORK, self.clock, self.ids)

    def restarted(self) -> Self:
        """Return the same platform in a new execution environment."""
        again = type(self)(self.clock, self.queues, self.deadline, self.chunk_rows)
        again.__dict__["ids"] = self.ids
        return again

    @cached_property
    def hashes(self) -> KeyedHashes:
        return KeyedHashes(SECRET)

    @cached_property
    def subjects(self) -> DynamoSubjects:
        key = client("kms").describe_key(KeyId="alias/field")["KeyMetadata"]["KeyId"]
        return subject_store(self.parts, hashes=self.hashes, field_key_id=key)

    @cached_property
    def receiving(self) -> Receiving:
        made = self.parts
        return Receiving(
            store=made.submissions,
            announcements=made.submissions,
            uploads=made.uploads(UPLOADS),
            work=made.work_files,
            engine=CleaningEngine(),
            catalogues=made.catalogues,
            organisations=made.directory,
            queue=ReadingQueue(self.queues),
            trail=made.ledger,
            clock=self.clock,
            ids=self.ids,
            calendars=made.calendars,
            obligations=made.obligations,
            chunk_rows=self.chunk_rows,
        )

    @cached_property
    def loading(self) -> Loading:
        made = self.parts
        return Loading(
            submissions=made.submissions,
            chunks=made.submissions,
            claims=made.claims,
            lanes=made.lane_store,
            work=made.work_files,
            plans=made.plans,
            subjects=self.subjects,
            cases=made.cases,
            affirmations=made.standing,
            catalogues=made.catalogues,
            organisations=made.directory,
            hashes=self.hashes,
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def settling(self) -> Settling:
        return Settling(self.parts.submissions, self.parts.work_files, self.clock, self.ids)

    @cached_property
    def entering(self) -> Entering:
        made = self.parts
        return Entering(
            store=made.submissions,
            announcements=made.submissions,
            drop=made.uploads(UPLOADS),
            work=made.work_files,
            plans=made.plans,
            receiving=lambda: self.receiving,
            lanes=made.lanes,
            loading=self.loading,
            settling=self.settling,
            catalogues=made.catalogues,
            organisations=made.directory,
            clock=self.clock,
            ids=self.ids,
            sleep=self.queues.waiting,
        )

    @cached_property
    def withdrawals(self) -> Withdrawals:
        return Withdrawals(self.entering, self.subjects, self.parts.ledger)

    @cached_property
    def cases(self) -> Cases:
        made = self.parts
        return Cases(
            store=made.cases,
            submissions=made.submissions,
            work=made.work_files,
            facts=CaseFacts(self.subjects, self.hashes),
            catalogues=made.catalogues,
            held=held_rows_of(made),
            entering=lambda: self.entering,
            trail=made.ledger,
            sees=Visibility(made.directory),
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def relaying(self) -> Relaying:
        made = self.parts
        return Relaying(
            outbox=made.outbox,
            lanes=made.lanes,
            submissions=made.submissions,
            plans=made.plans,
            changes=DynamoChangeLog(made.connection),
            chunks=ChunkQueue(self.queues),
            backfill=ChunkQueue(self.queues, backfill=True),
            settles=SettleQueue(self.queues),
            followers=(
                decided_rows_of(self.parts),
                follower_of(self.parts, SettleQueue(self.queues)),
                *followers_of(self.parts),
            ),
        )

    @cached_property
    def returning(self) -> Returning:
        return returning_of(self.parts, SettleQueue(self.queues), files_bucket=UPLOADS)

    @cached_property
    def feedbacks(self) -> Feedbacks:
        return feedbacks_of(self.parts, self.subjects, SettleQueue(self.queues))

    @cached_property
    def closing(self) -> Duties:
        return duties_of(self.parts)

    @cached_property
    def reminding(self) -> Reminding:
        return reminding_of(self.parts)

    @cached_property
    def sweeping(self) -> Sweeping:
        return Sweeping(self.parts.outbox, self.parts.lanes)

    def sweep(self) -> tuple[int, int]:
        """Sweep as the function does; return how many events were relayed, and started."""
        started = self.sweeping.start()
        return relay_all(self.relaying, self.sweeping.missed()), len(started)

    def put(
        self,
        body: bytes,
        *,
        provider: str = "scjg",
        item: str = "administrative-penalty",
        period: str = "2026-10",
        name: str = "file.csv",
    ) -> Upload:
        """Put a file into the bucket and return the event of it."""
        key = f"incoming/{provider}/{item}/{period}/{name}"
        answer = client("s3").put_object(Bucket=UPLOADS, Key=key, Body=body)
        self.clock.forward(timedelta(seconds=1))
        return Upload(
            key=key,
            version_id=answer["VersionId"],
            at=self.clock.now(),
            by=Actor(kind=ActorKind.PROVIDER, id="uploader", organisation=provider),
        )

    def receive(self, upload: Upload) -> Receipt:
        return self.receiving.receive(upload, deadline=self.deadline)

    def report(self, body: bytes, **place: str) -> Submission:
        """Upload a file, let everything have its consequences, and return the submission."""
        receipt = self.receive(self.put(body, **place))
        self.run()
        return self.submission(receipt.submission)

    def submission(self, submission_id: str) -> Submission:
        return self.parts.submissions.get(submission_id)

    def run(self) -> None:
        """Relay, load and settle until nothing is left to do."""
        while self.step():
            pass

    def settle(self, submission_id: str) -> None:
        """Settle a submission, or make the papers of one that is, as the function does."""
        if self.settling.settle(submission_id) is Settled.ALREADY:
            again = submission_id in self.queues.anew
            self.returning.send_back(submission_id, again=again, deadline=self.deadline)
            self.queues.anew.discard(submission_id)

    def step(self) -> bool:
        """Do the next thing that waits; a message leaves its queue only when it is done."""
        queues = self.queues
        if queues.uploads:
            self.receive(queues.uploads[0])
            queues.uploads.pop(0)
        elif queues.readings:
            self.receiving.resume(queues.readings[0], deadline=self.deadline)
            queues.readings.pop(0)
        elif queues.chunks:
            self.loading.load(queues.chunks[0])
            queues.chunks.pop(0)
        elif queues.backfill:
            self.loading.load(queues.backfill[0])
            queues.backfill.pop(0)
        elif queues.settles:
            self.settle(queues.settles[0])
            queues.settles.pop(0)
        elif events := self.parts.outbox.waiting(older_than=timedelta(seconds=-1)):
            self.relaying.relay(events[0])
        else:
            return False
        return True

    def heads(self) -> dict[str, dict[str, str]]:
        """Return the values of every current record, decrypted, by record id."""
        return {str(record.id): dict(record.values) for record in self.records()}

    def records(self) -> Iterator[Record]:
        for table in (NAMES.legal_persons, NAMES.natural_persons):
            for key in sorted({item["pk"] for item in items_of(table)}):
                found = self.subjects.subject(SubjectKey(key)) if "#" in key[:4] else None
                yield from found[1] if found is not None else ()

    def verdict(self) -> Verdict:
        """Prove the whole trail, longer than a call does."""
        return proving_of(self.parts, SEALS).verdict(
            since=START - timedelta(hours=1), until=self.clock.now() + timedelta(hours=1)
        )


def items_of(table: str) -> list[dict[str, Any]]:
    """Return all items of a table: a test may scan."""
    spelled = client("dynamodb").scan(TableName=table)["Items"]
    read = TypeDeserializer().deserialize
    return [{name: read(value) for name, value in item.items()} for item in spelled]


ORGANISATIONS: Final = tuple(
    Organisation(
        code=code,
        name=name,
        kind=OrganisationKind.DEPARTMENT,
        credit_code=credit_code,
        region=region,
    )
    for code, name, credit_code, region in (
        ("scjg", "市市场监督管理局", "11330200MB1000018J", "330200"),
        ("zjj", "市住房和城乡建设局", "11330200MB10000263", "330200"),
        ("rsj", "市人力资源和社会保障局", "11330200MB1000034D", "330200"),
    )
)


@contextmanager
def a_stage() -> Iterator[Stage]:
    """Set a stage in moto."""
    with mock_aws():
        yield set_up()


def set_up() -> Stage:
    """Make tables, buckets and keys, the directory and the shipped catalogue."""
    make_tables()
    s3 = client("s3")
    for bucket in (UPLOADS, WORK):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=UPLOADS, VersioningConfiguration={"Status": "Enabled"})
    make_seals()
    kms = client("kms")
    authority = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    kms.create_alias(AliasName="alias/authority", TargetKeyId=authority["KeyMetadata"]["KeyId"])
    kms.create_alias(AliasName="alias/field", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    stage = Stage()
    act = Act(action="set-up", actor=CENTRE, purpose="测试")
    stage.parts.directory.save(ORGANISATIONS, act=act)
    stage.parts.catalogues.publish(
        Publication(
            version="2026-1",
            effective_from=date(2026, 1, 1),
            schemas=shipped_schemas(),
            published_at=START,
            published_by=CENTRE,
        )
    )
    return stage


def shipped_item(code: str) -> Item:
    return Item.from_schema(shipped_schemas()[code], version="2026-1")


def shipped_schemas() -> dict[str, Any]:
    folder = ROOT / "schemas" / "catalogue" / "2026-1"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def make_seals() -> None:
    """Make the locked bucket and the key that signs."""
    s3, kms = client("s3"), client("kms")
    s3.create_bucket(Bucket=SEALS, ObjectLockEnabledForBucket=True)
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    kms.create_alias(AliasName="alias/seals", TargetKeyId=signing["KeyMetadata"]["KeyId"])


def make_tables() -> None:
    database = client("dynamodb")
    for table in ("work", "audit", "legal-persons", "natural-persons"):
        database.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
