"""See what the platform's code asks of AWS, call by call."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.contract.permits import ENCRYPTION, NEW, Asked, allowed

PLAIN_DYNAMODB: Final = {"GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}
# How S3 tells that an object, or one version of it, is not there.
MISSING: Final = {"NoSuchKey", "NoSuchVersion", "404"}
IN_TRANSACTION: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


@dataclass(slots=True)
class Watch:
    """What was asked while one function acted, by function."""

    resources: Mapping[str, str]
    acting: str = ""
    asked: dict[str, set[Asked]] = field(default_factory=dict)

    @contextmanager
    def acts(self, function: str) -> Iterator[None]:
        before, self.acting = self.acting, function
        try:
            yield
        finally:
            self.acting = before

    def see(self, service: str, operation: str, request: Mapping[str, Any]) -> None:
        if self.acting:
            needs = self.asked.setdefault(self.acting, set())
            needs.update(_needs(service, operation, request, self.resources))

    def miss(self, request: Mapping[str, Any]) -> None:
        """Note what S3 asks for before it tells that an object is not there: else it forbids."""
        if self.acting:
            bucket = f"{self.resources[request['Bucket']]}.Arn"
            self.asked[self.acting].add(Asked("s3:ListBucket", bucket))

    def refused(self) -> dict[str, set[Asked]]:
        """Return what no statement of the function's role allows."""
        found = {
            name: {one for one in asked if not allowed(name, one)}
            for name, asked in self.asked.items()
        }
        return {name: asked for name, asked in found.items() if asked}


@contextmanager
def watched(resources: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """See every call of botocore; `resources` maps physical names to logical ids."""
    watch = Watch(resources)
    call: Any = vars(BaseClient)["_make_api_call"]

    def seen(self: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        watch.see(self.meta.service_model.service_name, operation, request)
        try:
            return call(self, operation, request)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                watch.miss(request)
            raise

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", seen)
        yield watch


def _needs(
    service: str, operation: str, request: Mapping[str, Any], resources: Mapping[str, str]
) -> Iterator[Asked]:
    match service:
        case "dynamodb":
            yield from _of_dynamodb(operation, request, resources)
        case "s3":
            yield from _of_s3(operation, request, resources)
        case "kms" if operation in {"Sign", "GetPublicKey"}:
            algorithm = request.get("SigningAlgorithm")
            signed: tuple[tuple[str, str], ...] = ()
            if algorithm:
                signed = (("kms:SigningAlgorithm", algorithm),)
            key = resources.get(request["KeyId"], "AuditKey")
            yield Asked(f"kms:{operation}", f"{key}.Arn", signed)
        case "kms":
            context = request["EncryptionContext"]
            facts = tuple((f"kms:EncryptionContext:{name}", context[name]) for name in context)
            yield Asked(f"kms:{operation}", "FieldKey.Arn", facts)
        case _:
            yield Asked(f"{service}:{operation}", "")


def _of_dynamodb(
    operation: str, request: Mapping[str, Any], resources: Mapping[str, str]
) -> Iterator[Asked]:
    def asked(action: str, table: str, *keys: str) -> Asked:
        facts = tuple(("dynamodb:LeadingKeys", key) for key in keys)
        return Asked(f"dynamodb:{action}", f"{resources[table]}.Arn", facts)

    if operation in {"TransactWriteItems", "TransactGetItems"}:
        for item in request["TransactItems"]:
            [(verb, one)] = item.items()
            yield asked(IN_TRANSACTION[verb], one["TableName"], _leading_key(one))
    elif operation == "BatchGetItem":
        for table, wanted in request["RequestItems"].items():
            yield from (
                asked(operation, table, _leading_key({"Key": key})) for key in wanted["Keys"]
            )
    elif operation == "BatchWriteItem":
        for table, puts in request["RequestItems"].items():
            yield from (asked(operation, table, _leading_key(put["PutRequest"])) for put in puts)
    elif operation == "Query":
        yield asked(operation, request["TableName"], _queried(request))
    elif operation in PLAIN_DYNAMODB:
        yield asked(operation, request["TableName"], _leading_key(request))
    else:
        yield asked(operation, request["TableName"])


def _leading_key(request: Mapping[str, Any]) -> str:
    key: str = (request.get("Key") or request["Item"])["pk"]["S"]
    return key


def _queried(request: Mapping[str, Any]) -> str:
    """Return the partition that a query reads: its condition begins with `pk = :value`."""
    condition = re.match(r"\(?(#?\w+) = (:\w+)", request["KeyConditionExpression"])
    if condition is None:
        raise AssertionError(request["KeyConditionExpression"])
    name, value = condition.groups()
    if request.get("ExpressionAttributeNames", {}).get(name, name) != "pk":
        raise AssertionError(request["KeyConditionExpression"])
    key: str = request["ExpressionAttributeValues"][value]["S"]
    return key


def _of_s3(
    operation: str, request: Mapping[str, Any], resources: Mapping[str, str]
) -> Iterator[Asked]:
    bucket = f"{resources[request['Bucket']]}.Arn"
    place = f"{bucket}/{request.get('Key', '')}"
    match operation:
        case "ListObjectsV2":
            yield Asked("s3:ListBucket", bucket, (("s3:prefix", request["Prefix"]),))
        case "ListObjectVersions":
            yield Asked("s3:ListBucketVersions", bucket)
        case "GetObject" if "VersionId" in request:
            yield Asked("s3:GetObjectVersion", place)
        case "PutObject" | "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload":
            facts = tuple(
                (key, request[header])
                for header, key in (ENCRYPTION | NEW).items()
                if header in request
            )
            yield Asked("s3:PutObject", place, facts)
        case _:
            yield Asked(f"s3:{operation}", place)
    if "Tagging" in request:
        yield Asked("s3:PutObjectTagging", place)
