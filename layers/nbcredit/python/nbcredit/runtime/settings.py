"""What each function is told by its environment: read once, and missing names fail at the start."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict

from nbcredit.adapters.dynamodb.tables import TableNames


class Settings(BaseModel):
    """What every function has."""

    model_config = ConfigDict(frozen=True)

    retry_base_seconds: float

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        return cls.model_validate({name.lower(): value for name, value in environment.items()})


class StoreSettings(Settings):
    """Where work and audit are kept."""

    work_table: str
    audit_table: str
    work_bucket: str

    @property
    def names(self) -> TableNames:
        return TableNames(work=self.work_table, audit=self.audit_table)


class TableSettings(Settings):
    """Where work and audit are kept, for functions that read no file."""

    work_table: str
    audit_table: str

    @property
    def names(self) -> TableNames:
        return TableNames(work=self.work_table, audit=self.audit_table)


class SubjectSettings(StoreSettings):
    """Where subjects are kept, and under which keys."""

    legal_persons_table: str
    natural_persons_table: str
    subject_secret_id: str
    field_key_id: str

    @property
    def names(self) -> TableNames:
        return TableNames(
            work=self.work_table,
            audit=self.audit_table,
            legal_persons=self.legal_persons_table,
            natural_persons=self.natural_persons_table,
        )


class ReceiveFileSettings(StoreSettings):
    """Settings of `receive_file`."""

    files_bucket: str
    incoming_queue_url: str


class LoadChunkSettings(SubjectSettings):
    """Settings of `load_chunk`."""

    chunk_queue_url: str
    backfill_queue_url: str


class SettleSubmissionSettings(StoreSettings):
    """Settings of `settle_submission`."""

    files_bucket: str
    settle_queue_url: str


class RelayOutboxSettings(StoreSettings):
    """Settings of `relay_outbox`."""

    chunk_queue_url: str
    backfill_queue_url: str
    settle_queue_url: str


class SweepSettings(RelayOutboxSettings):
    """Settings of `sweep`, which does what the relay missed."""


class ClosePeriodSettings(TableSettings):
    """Settings of `close_period`."""


class RemindSettings(TableSettings):
    """Settings of `remind`."""


class SealAuditSettings(TableSettings):
    """Settings of `seal_audit`."""

    audit_bucket: str
    audit_key_id: str
    # Fingerprints of signing keys that were replaced, by comma.
    audit_earlier_keys: str = ""

    @property
    def earlier_keys(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self.audit_earlier_keys.split(","))))


class AnsweringSettings(SubjectSettings):
    """What answering calls takes, whoever asks."""

    authority_key_id: str
    authority_name: str = "公共信用信息平台证书机构"
    files_bucket: str
    audit_bucket: str
    settle_queue_url: str


class AnswerCallSettings(AnsweringSettings):
    """Settings of `answer_call`."""


class WorkSiteSettings(AnsweringSettings):
    """Settings of `work_site`; the facts of the site stand at the foot of every page."""

    password_memory_kib: int
    certificate_source: str
    terminator_secret_id: str
    site_name: str
    site_host: str
    site_operator: str
    site_contact: str
    site_identifier: str
    site_filing: str
    site_police_filing: str


S = TypeVar("S", bound=Settings)


@cache
def settings(kind: type[S]) -> S:
    """Return the settings of this function, read from the environment the first time."""
    return kind.read(os.environ)
