"""Properties that MiniStack's CloudFormation ignores and its API takes."""

import os
from collections.abc import Mapping
from typing import Any, Final

from infra.local.gateway import Gateway
from infra.local.templates import Template, resources

# Each batch in work is a Python process of its own here; AWS takes no less than two.
_BATCHES_AT_ONCE: Final = max(2, os.cpu_count() or 2)


def apply(gateway: Gateway, template: Template, physical: Mapping[str, str]) -> None:
    """Set them on the resources that came up."""
    for name, properties in resources(template, "AWS::DynamoDB::Table"):
        if name in physical:
            _fit_table(gateway, physical[name], properties)
    for name, properties in resources(template, "AWS::S3::Bucket"):
        if name in physical:
            _fit_bucket(gateway, physical[name], properties)
    _fit_mappings(gateway)


def _fit_table(gateway: Gateway, table: str, properties: Mapping[str, Any]) -> None:
    lived = properties.get("TimeToLiveSpecification")
    if lived and _time_to_live(gateway, table) == "DISABLED":
        gateway.dynamodb.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": lived["AttributeName"]},
        )
    if properties.get("PointInTimeRecoverySpecification"):
        gateway.dynamodb.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )


def _time_to_live(gateway: Gateway, table: str) -> str:
    described = gateway.dynamodb.describe_time_to_live(TableName=table)
    return described["TimeToLiveDescription"].get("TimeToLiveStatus", "DISABLED")


def _fit_bucket(gateway: Gateway, bucket: str, properties: Mapping[str, Any]) -> None:
    if properties.get("BucketEncryption"):
        gateway.s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
                        "BucketKeyEnabled": True,
                    }
                ]
            },
        )
    if locked := properties.get("ObjectLockConfiguration"):
        # The days stand in a parameter; on one machine a day is enough.
        gateway.s3.put_object_lock_configuration(
            Bucket=bucket,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {
                    "DefaultRetention": {
                        "Mode": locked["Rule"]["DefaultRetention"]["Mode"],
                        "Days": 1,
                    }
                },
            },
        )
    rules = properties.get("LifecycleConfiguration", {}).get("Rules")
    if rules:
        gateway.s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [_lifecycle_rule(r) for r in rules]}
        )


def _lifecycle_rule(rule: Mapping[str, Any]) -> Any:
    """Turn CloudFormation's spelling of a rule into the API's."""
    made: dict[str, Any] = {
        "ID": rule.get("Id", "rule"),
        "Status": rule.get("Status", "Enabled"),
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if days := rule.get("ExpirationInDays"):
        made["Expiration"] = {"Days": int(days)}
    late = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
    if late:
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(late)}
    stale = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    if stale:
        made["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(stale)}
    return made


def _fit_mappings(gateway: Gateway) -> None:
    for mapping in gateway.functions.list_event_source_mappings()["EventSourceMappings"]:
        if ":sqs:" in mapping["EventSourceArn"]:
            gateway.functions.update_event_source_mapping(
                UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": _BATCHES_AT_ONCE}
            )
