"""Messages of queues and streams, as AWS and the platform itself write them."""

from datetime import datetime
from typing import Annotated, Self
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.leases import Lane
from nbcredit.usecases.chunks import ChunkTask
from nbcredit.wire.base import Wire


class Foreign(BaseModel):
    """A body that somebody else writes: what we do not need may be there."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class S3Object(Foreign):
    """An object as an event names it; `key` is URL-encoded."""

    key: str
    version_id: Annotated[str, Field(alias="versionId")] = ""

    @property
    def decoded_key(self) -> str:
        return unquote_plus(self.key)


class S3Part(Foreign):
    """What happened to which object."""

    object: S3Object


class Identity(Foreign):
    """Who uploaded."""

    principal_id: Annotated[str, Field(alias="principalId")] = ""


class Source(Foreign):
    """From where."""

    address: Annotated[str, Field(alias="sourceIPAddress")] = ""


class S3Record(Foreign):
    """One event of a bucket."""

    event_name: Annotated[str, Field(alias="eventName")]
    event_time: Annotated[datetime, Field(alias="eventTime")]
    identity: Annotated[Identity, Field(alias="userIdentity")] = Identity()
    source: Annotated[Source, Field(alias="requestParameters")] = Source()
    s3: S3Part

    @property
    def creates(self) -> bool:
        return self.event_name.removeprefix("s3:").startswith("ObjectCreated:")

    def uploader(self, provider: str) -> Actor:
        return Actor(
            kind=ActorKind.PROVIDER,
            id=self.identity.principal_id or "unknown",
            organisation=provider,
            address=self.source.address,
        )


class UploadMessage(Foreign):
    """What arrives in the incoming queue: events, a test event, or a reading to go on with."""

    records: Annotated[list[S3Record] | None, Field(alias="Records")] = None
    event: Annotated[str | None, Field(alias="Event")] = None
    resume: str | None = None

    @model_validator(mode="after")
    def _understood(self) -> Self:
        """Refuse what says nothing: taken for done, an upload told otherwise would be lost."""
        if self.records is None and self.event != "s3:TestEvent" and not self.resume:
            raise ValueError("neither events nor a test event nor a reading to go on with")
        return self


class ChunkMessage(Wire):
    """A chunk to be loaded."""

    submission: str
    chunk: Annotated[int, Field(ge=0)]
    item: str
    provider: str

    @property
    def task(self) -> ChunkTask:
        return ChunkTask(self.submission, self.chunk, Lane(self.item, self.provider))


class SettleMessage(Wire):
    """A submission whose last chunk is in, or one that is settled and whose papers are to be made.

    `again` makes them anew.
    """

    submission: str
    again: bool = False


class StreamImage(Foreign):
    """The new image of an outbox item, in DynamoDB's own spelling."""

    image: Annotated[dict[str, dict[str, JsonValue]], Field(alias="NewImage")] = {}


class StreamRecord(Foreign):
    """One change of the work table."""

    event_name: Annotated[str, Field(alias="eventName")]
    dynamodb: StreamImage
