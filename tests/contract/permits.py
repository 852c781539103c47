"""Judge the AWS calls of running code by the roles of the template, as IAM would.

No emulator checks permissions: what a role lacks would show in an account first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.contract.deployment import deployed, listed, of_type, spelled

PLAIN_DYNAMODB = {"GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}
IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One permission that a call needs; `facts` are what conditions look at."""

    action: str
    resource: str
    facts: tuple[tuple[str, str], ...] = ()


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
        return call(self, operation, request)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", seen)
        yield watch


def allowed(function: str, asked: Asked) -> bool:
    role = of_type(deployed("aws"), "AWS::IAM::Role")[f"{function}Role"]
    return any(
        asked.action in listed(statement["Action"])
        and any(_covers(spelled(one), asked.resource) for one in listed(statement["Resource"]))
        and all(
            _holds(operator, key, listed(values), asked)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    )


def _covers(pattern: str, resource: str) -> bool:
    return fnmatchcase(resource, pattern.replace("[", "[[]"))


def _holds(operator: str, key: str, values: list[Any], asked: Asked) -> bool:
    facts = [value for name, value in asked.facts if name == key]
    if not facts:
        return operator.endswith("IfExists") or operator.startswith("ForAllValues:")
    return all(any(fnmatchcase(fact, spelled(value)) for value in values) for fact in facts)


def _needs(
    service: str, operation: str, request: Mapping[str, Any], resources: Mapping[str, str]
) -> Iterator[Asked]:
    match service:
        case "dynamodb":
            yield from _of_dynamodb(operation, request, resources)
        case "s3":
            yield from _of_s3(operation, request, resources)
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
        for table in request["RequestItems"]:
            yield asked(operation, table)
    elif operation == "BatchWriteItem":
        for table, puts in request["RequestItems"].items():
            yield from (asked(operation, table, _leading_key(put["PutRequest"])) for put in puts)
    elif operation in PLAIN_DYNAMODB and operation != "Query":
        yield asked(operation, request["TableName"], _leading_key(request))
    else:
        yield asked(operation, request["TableName"])


def _leading_key(request: Mapping[str, Any]) -> str:
    key: str = (request.get("Key") or request["Item"])["pk"]["S"]
    return key


def _of_s3(
    operation: str, request: Mapping[str, Any], resources: Mapping[str, str]
) -> Iterator[Asked]:
    bucket = f"{resources[request['Bucket']]}.Arn"
    place = f"{bucket}/{request.get('Key', '')}"
    match operation:
        case "ListObjectsV2":
            yield Asked("s3:ListBucket", bucket, (("s3:prefix", request["Prefix"]),))
        case "GetObject" if "VersionId" in request:
            yield Asked("s3:GetObjectVersion", place)
        case "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload":
            yield Asked("s3:PutObject", place)
        case _:
            yield Asked(f"s3:{operation}", place)
    if "Tagging" in request:
        yield Asked("s3:PutObjectTagging", place)
