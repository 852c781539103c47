from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.deployment import PARTITIONS, deployed, functions, listed, of_type, spelled
from tests.contract.grants import FOR_ALL, GRANTS, WRITTEN, spelled_out

# Neither tracing nor listing streams knows resources; a key's or queue's own policy means itself.
WITHOUT_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "dynamodb:ListStreams",
}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}

in_each_partition = pytest.mark.parametrize("partition", PARTITIONS)
each_function = pytest.mark.parametrize("name", functions())


def roles(partition: str) -> dict[str, Any]:
    return of_type(deployed(partition), "AWS::IAM::Role")


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def granted(role: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for statement in statements(role):
        for resource in listed(statement["Resource"]):
            found[spelled(resource)].update(listed(statement["Action"]))
    return dict(found)


def declared(name: str) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for grants in (GRANTS[name], FOR_ALL):
        for resource, actions in grants.items():
            wanted[resource] |= spelled_out(actions)
    wanted[f"{name}Logs.Arn"] = {"logs:CreateLogStream", "logs:PutLogEvents"}
    return dict(wanted)


@pytest.mark.requirement("A20.2")
class TestPermissions:
    @each_function
    @in_each_partition
    def test_are_the_declared_ones_and_no_others(self, name: str, partition: str) -> None:
        assert granted(roles(partition)[f"{name}Role"]) == declared(name)

    def test_are_declared_for_every_function(self) -> None:
        assert GRANTS.keys() == WRITTEN.keys() == functions().keys()

    @in_each_partition
    def test_belong_to_functions_and_the_schedule_only(self, partition: str) -> None:
        assert roles(partition).keys() == {f"{name}Role" for name in functions()} | {
            "SweepScheduleRole",
            "ClocksScheduleRole",
        }

    @in_each_partition
    def test_come_from_no_managed_policy(self, partition: str) -> None:
        assert not any("ManagedPolicyArns" in role for role in roles(partition).values())

    @in_each_partition
    def test_never_say_all_actions(self, partition: str) -> None:
        for role in roles(partition).values():
            assert not any("*" in action for one in granted(role).values() for action in one)

    @in_each_partition
    def test_say_all_resources_only_where_there_is_none(self, partition: str) -> None:
        for role in roles(partition).values():
            assert granted(role).get("*", set()) <= WITHOUT_RESOURCE

    @each_function
    def test_to_write_work_are_by_partition(self, name: str) -> None:
        written = set()
        for statement in statements(roles("aws")[f"{name}Role"]):
            verbs = {action.partition(":")[2] for action in listed(statement["Action"])}
            if "WorkTable.Arn" in map(spelled, listed(statement["Resource"])) and verbs & WRITES:
                keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                written.update(keys)

        assert written == WRITTEN[name]

    @in_each_partition
    def test_to_use_a_key_name_the_service_purpose_or_algorithm(self, partition: str) -> None:
        for role in roles(partition).values():
            for statement in statements(role):
                if any(action.startswith("kms:") for action in listed(statement["Action"])):
                    [condition] = statement["Condition"].values()
                    assert condition.keys() <= {
                        *("kms:ViaService", "kms:EncryptionContext:purpose", "kms:SigningAlgorithm")
                    }

    @in_each_partition
    def test_to_list_a_bucket_name_the_prefix(self, partition: str) -> None:
        for role in roles(partition).values():
            for statement in statements(role):
                if listed(statement["Action"]) == ["s3:ListBucket"]:
                    [condition] = statement["Condition"].values()
                    assert condition.keys() == {"s3:prefix"}


class TestFieldKey:
    @pytest.mark.requirement("A20.2")
    def test_cannot_be_used_by_administrators(self) -> None:
        policy = deployed("aws")["FieldKey"]["Properties"]["KeyPolicy"]["Statement"]
        using = [
            statement
            for statement in policy
            if {"kms:Decrypt", "kms:*"} & set(listed(statement["Action"]))
        ]

        [statement] = using
        users = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
        assert [spelled(user).rpartition("-AWS::Region-")[2] for user in users] == [
            "load-chunk",
            "answer-call",
            "work-site",
        ]


class TestAuditKey:
    @pytest.mark.requirement("A20.1")
    def test_signs_for_the_sealer_alone(self) -> None:
        policy = deployed("aws")["AuditKey"]["Properties"]["KeyPolicy"]["Statement"]

        [statement] = [
            each for each in policy if {"kms:Sign", "kms:*"} & set(listed(each["Action"]))
        ]

        [user] = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
        assert spelled(user).rpartition("-AWS::Region-")[2] == "seal-audit"
