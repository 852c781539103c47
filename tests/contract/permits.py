"""Judge AWS calls by the roles and bucket policies of the template, as IAM would.

No emulator checks permissions: what a role lacks would show in an account first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from tests.contract.deployment import deployed, listed, of_type, spelled

# Headers of a put that the bucket policies look at.
NEW: Final = {"IfNoneMatch": "s3:if-none-match"}
ENCRYPTION: Final = {
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
}
COMPARE: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda fact, value: fact == value,
    "StringLike": lambda fact, value: _covers(value, fact),
    "ArnEquals": lambda fact, value: _covers(value, fact),
    "ArnLike": lambda fact, value: _covers(value, fact),
    "Bool": lambda fact, value: fact.lower() == value.lower(),
    "NumericLessThan": lambda fact, value: float(fact) < float(value),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One permission that a call needs; `facts` are what conditions look at."""

    action: str
    resource: str
    facts: tuple[tuple[str, str], ...] = ()


def allowed(function: str, asked: Asked) -> bool:
    """Whether the function's role allows it and no policy of a bucket or queue denies it."""
    role = of_type(deployed("aws"), "AWS::IAM::Role")[f"{function}Role"]
    asked = replace(asked, facts=(*asked.facts, ("aws:PrincipalArn", f"{function}Role.Arn")))
    return not denied(asked) and any(
        speaks_of(statement, asked)
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    )


def denied(asked: Asked) -> bool:
    """Whether a policy of a bucket or queue denies it, whoever asks."""
    return any(
        speaks_of(statement, asked)
        for statement in _attached(asked.resource.partition(".")[0])
        if statement["Effect"] == "Deny" and statement["Principal"] in ("*", {"AWS": "*"})
    )


def _attached(name: str) -> Iterator[dict[str, Any]]:
    """Yield the statements of the policies that are attached to a bucket or queue."""
    for kind, attribute in (
        ("AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::QueuePolicy", "Queues"),
    ):
        for policy in of_type(deployed("aws"), kind).values():
            if name in map(spelled, listed(policy[attribute])):
                yield from policy["PolicyDocument"]["Statement"]


def speaks_of(statement: Mapping[str, Any], asked: Asked) -> bool:
    """Whether a statement is about it, be it to allow or to deny."""
    return (
        any(_covers(action, asked.action) for action in listed(statement["Action"]))
        and any(_covers(spelled(one), asked.resource) for one in listed(statement["Resource"]))
        and all(
            holds(operator, [spelled(value) for value in listed(values)], facts_of(asked, key))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _covers(pattern: str, resource: str) -> bool:
    return fnmatchcase(resource, pattern.replace("[", "[[]"))


def facts_of(asked: Asked, key: str) -> list[str]:
    return [value for name, value in asked.facts if name == key]


def holds(operator: str, values: list[str], facts: list[str]) -> bool:
    """Whether a condition holds; without facts, the key is absent from the request."""
    if operator == "Null":
        return values == ["false" if facts else "true"]
    over, _, comparison = operator.rpartition(":")
    positive = comparison.removesuffix("IfExists").replace("Not", "", 1)
    compare, negated = COMPARE[positive], "Not" in comparison
    if not facts and over != "ForAnyValue":
        return negated or comparison.endswith("IfExists") or over == "ForAllValues"
    held = [any(compare(fact, value) for value in values) is not negated for fact in facts]
    return any(held) if over == "ForAnyValue" else all(held)
