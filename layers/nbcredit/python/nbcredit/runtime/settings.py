"""What each function is told by its environment: read once, and missing names fail at the start."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """What every function has."""

    model_config = ConfigDict(frozen=True)

    retry_base_seconds: float

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        return cls.model_validate({name.lower(): value for name, value in environment.items()})


class ReceiveFileSettings(Settings):
    """Settings of `receive_file`."""

    work_table: str
    audit_table: str
    files_bucket: str
    work_bucket: str
    incoming_queue_url: str


class LoadChunkSettings(Settings):
    """Settings of `load_chunk`."""

    legal_persons_table: str
    natural_persons_table: str
    work_table: str
    audit_table: str
    work_bucket: str
    chunk_queue_url: str
    subject_secret_id: str
    field_key_id: str


class SettleSubmissionSettings(Settings):
    """Settings of `settle_submission`."""

    work_table: str
    audit_table: str
    work_bucket: str
    settle_queue_url: str


class RelayOutboxSettings(Settings):
    """Settings of `relay_outbox`."""

    work_table: str
    audit_table: str
    work_bucket: str
    chunk_queue_url: str
    settle_queue_url: str


class SweepSettings(RelayOutboxSettings):
    """Settings of `sweep`, which does what the relay missed."""


class AnswerCallSettings(Settings):
    """Settings of `answer_call`."""

    legal_persons_table: str
    natural_persons_table: str
    work_table: str
    audit_table: str
    work_bucket: str
    subject_secret_id: str
    field_key_id: str


S = TypeVar("S", bound=Settings)


@cache
def settings(kind: type[S]) -> S:
    """Return the settings of this function, read from the environment the first time."""
    return kind.read(os.environ)
