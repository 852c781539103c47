"""Nobody's number and name in a key, a plain attribute, the trail, a log or a bucket's key."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from cryptography.exceptions import InvalidTag

from functions.load_chunk import app as load_chunk
from functions.receive_file import app as receive_file
from functions.relay_outbox import app as relay_outbox
from nbcredit.adapters.crypto import FieldCipher
from nbcredit.domain.subjects import SubjectKey, SubjectKind, SubjectRef
from tests.cleaning_builders import a_resident_id
from tests.faults.breaking import Failing, refused_by_aws
from tests.faults.scenes import (
    CITIZEN,
    CITIZEN_ID,
    OPERATOR,
    OPERATOR_ID,
    arrears,
    csv_file,
    penalty,
    penalty_of_citizen,
    penalty_of_operator,
)
from tests.integration.lambdas import (
    ARREARS_KEY,
    PENALTY_KEY,
    Lambdas,
    latest,
    on_lambda,
    stream_records,
)
from tests.integration.stage import NAMES, UPLOADS, WORK, Stage

DEPUTY: Final = "孙代理"
DEPUTY_ID: Final = a_resident_id("33029919660606003")
# A check character that is wrong: the row is rejected and told about, and still somebody's.
MISTYPED: Final = CITIZEN_ID[:-1] + ("0" if CITIZEN_ID[-1] != "0" else "1")
SECRETS: Final = (CITIZEN, CITIZEN_ID, OPERATOR, OPERATOR_ID, DEPUTY, DEPUTY_ID, MISTYPED)
TABLES: Final = (NAMES.work, NAMES.audit, NAMES.legal_persons, NAMES.natural_persons)

PENALTIES: Final = csv_file(
    [
        penalty_of_citizen(1),
        penalty_of_operator(2),
        penalty(3, 法定代表人=DEPUTY, 法定代表人证件类型="身份证", 法定代表人证件号码=DEPUTY_ID),
        penalty_of_citizen(4, 证件号码=MISTYPED),
        penalty_of_citizen(1),
        penalty_of_citizen(1, 违法事实="另一种说法。"),
        penalty_of_citizen(5, 处罚决定日期="昨天"),
    ]
)
# Known under another name, and wrong in an amount.
ARREARS: Final = csv_file(
    [
        arrears("2026-01"),
        arrears("2026-02", 姓名=DEPUTY),
        arrears("2026-03", **{"欠缴金额（元）": "许多"}),
        arrears("2026-04", 证件号码=MISTYPED),
    ]
)


@pytest.fixture
def lambdas(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with on_lambda(stage, monkeypatch) as lambdas:
        yield lambdas


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the functions log; their loggers hold on to the stream of their first day."""
    text = io.StringIO()
    for handler in logging.getLogger(load_chunk.logger.name).handlers:
        monkeypatch.setattr(handler, "stream", text)
    return text


def told_of(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def spelled(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, default=lambda value: f"<{len(bytes(value))}>")


def bodies(part: str) -> str:
    s3 = boto3.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=WORK)["Contents"]]
    found = [s3.get_object(Bucket=WORK, Key=key)["Body"] for key in keys if part in key]
    assert found
    return "\n".join(body.read().decode() for body in found)


@pytest.mark.fault("F62")
@pytest.mark.requirement("A3.1")
@pytest.mark.requirement("A20.2")
class TestPersonalData:
    def test_is_sealed_wherever_a_file_leaves_its_traces(
        self, lambdas: Lambdas, logged: io.StringIO
    ) -> None:
        lambdas.upload(PENALTIES, PENALTY_KEY)
        lambdas.upload(ARREARS, ARREARS_KEY)
        lambdas.run()
        lambdas.call("read-subject", document_number=CITIZEN_ID)
        lambdas.call("read-subject", document_number=MISTYPED)
        lambdas.call("read-subject", document_number=[OPERATOR_ID])

        done = [*latest(lambdas), *latest(lambdas, "rsj")]
        assert [each["state"] for each in done] == ["settled", "settled"]
        for table in TABLES:
            items = boto3.client("dynamodb").scan(TableName=table)["Items"]
            assert told_of(spelled(items)) == [], table
        for bucket in (WORK, UPLOADS):
            keys = boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
            assert told_of(spelled([each["Key"] for each in keys])) == []
        for part in ("/plans/", "/receipt.json", "/issues"):
            assert told_of(bodies(part)) == [], part
        assert "chunk taken" in logged.getvalue()
        assert told_of(logged.getvalue()) == []

    def test_is_in_no_log_line_of_a_failure(self, lambdas: Lambdas, logged: io.StringIO) -> None:
        lambdas.upload(ARREARS, ARREARS_KEY)
        lambdas.deliver("incoming", receive_file.handler)
        for _ in range(2):
            relay_outbox.handler({"Records": stream_records()}, lambdas.context)
        client = load_chunk.loading().subjects._cipher._keys._client  # type: ignore[attr-defined]
        Failing(refused_by_aws("DisabledException")).strike(
            client, "Decrypt", "GenerateDataKeyWithoutPlaintext"
        )

        failed = lambdas.deliver("chunks", load_chunk.handler)

        assert len(failed) == 1
        assert "keys-unavailable" in logged.getvalue()
        assert told_of(logged.getvalue()) == []
        assert boto3.client("dynamodb").scan(TableName=NAMES.natural_persons)["Items"] == []


@pytest.mark.requirement("A20.2")
class TestSealedField:
    def test_cannot_be_read_without_the_salt_of_its_subject(self, stage: Stage) -> None:
        stage.report(ARREARS, item="social-insurance-arrears", provider="rsj")
        key = citizen(stage)
        profile = boto3.resource("dynamodb").Table(NAMES.natural_persons)
        profile.update_item(
            Key={"pk": key.text, "sk": "PROFILE"},
            UpdateExpression="SET salt = :salt",
            ExpressionAttributeValues={":salt": b"0" * 16},
        )

        with pytest.raises(InvalidTag):
            stage.subjects.subject(key)
        profile.update_item(Key={"pk": key.text, "sk": "PROFILE"}, UpdateExpression="REMOVE salt")
        with pytest.raises(KeyError):
            stage.restarted().subjects.subject(key)

    def test_moved_to_another_record_does_not_open(self, stage: Stage) -> None:
        rows = [arrears("2026-01"), arrears("2026-02")]
        stage.report(csv_file(rows), item="social-insurance-arrears", provider="rsj")
        table = boto3.resource("dynamodb").Table(NAMES.natural_persons)
        one, other = (each for each in table.scan()["Items"] if str(each["sk"]).startswith("REC#"))
        table.put_item(Item={**other, "sealed": one["sealed"]})

        with pytest.raises(InvalidTag):
            stage.subjects.subject(citizen(stage))

    def test_opens_at_its_own_place_for_its_own_subject_only(self, stage: Stage) -> None:
        cipher: FieldCipher = stage.subjects._cipher
        mine, yours = SubjectKey("NP1#MINE"), SubjectKey("NP1#YOURS")
        sealed = cipher.seal({"name": CITIZEN}, subject=mine, salt=b"1" * 16, place="PROFILE")

        opened = cipher.open(sealed, subject=mine, salt=b"1" * 16, place="PROFILE")

        assert opened == {"name": CITIZEN}
        for subject, salt, place in (
            (yours, b"1" * 16, "PROFILE"),
            (mine, b"2" * 16, "PROFILE"),
            (mine, b"1" * 16, "x#y#z"),
        ):
            with pytest.raises(InvalidTag):
                cipher.open(sealed, subject=subject, salt=salt, place=place)

    def test_is_another_each_time(self, stage: Stage) -> None:
        cipher: FieldCipher = stage.subjects._cipher
        told = {"subject": SubjectKey("NP1#MINE"), "salt": b"1" * 16, "place": "PROFILE"}

        sealed = {cipher.seal({"name": CITIZEN}, **told) for _ in range(3)}  # type: ignore[arg-type]

        assert len(sealed) == 3


def citizen(stage: Stage) -> SubjectKey:
    return stage.hashes.subject_key(
        SubjectRef(SubjectKind.NATURAL_PERSON, "身份证", CITIZEN_ID, "")
    )
