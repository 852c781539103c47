from datetime import timedelta

import pytest

from infra.translate import source
from nbcredit.domain.checkpoints import MARGIN
from tests.contract.deployment import FUNCTION, ROOT, of_type, spelled, written
from tests.contract.permits import ENCRYPTION, Asked, denied

TABLES = of_type(written(), "AWS::DynamoDB::Table")
BUCKETS = of_type(written(), "AWS::S3::Bucket")
SEALER = ("aws:PrincipalArn", "SealAuditRole.Arn")
NEW_BY_TLS = (("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.2"), ("s3:if-none-match", "*"))
# As the sealer asks, who alone may put into every bucket.
TLS = (*NEW_BY_TLS, SEALER)
NO_TLS = (("aws:SecureTransport", "false"),)
OLD_TLS = (("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.1"))

Facts = tuple[tuple[str, str], ...]

each_bucket = pytest.mark.parametrize("bucket", BUCKETS)


@pytest.mark.requirement("A20.2")
class TestTables:
    @pytest.mark.parametrize("table", TABLES)
    def test_are_encrypted_recoverable_and_protected(self, table: str) -> None:
        own = TABLES[table]

        assert own["SSESpecification"]["SSEType"] == "KMS"
        assert spelled(own["SSESpecification"]["KMSMasterKeyId"]) == "DataKey.Arn"
        assert own["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert spelled(own["DeletionProtectionEnabled"]) == "DeletionProtection"
        assert written()[table]["DeletionPolicy"] == "Retain"
        assert written()[table]["UpdateReplacePolicy"] == "Retain"

    @pytest.mark.parametrize("table", TABLES)
    def test_are_read_by_key_alone(self, table: str) -> None:
        own = TABLES[table]

        assert [key["AttributeName"] for key in own["KeySchema"]] == ["pk", "sk"]
        assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & own.keys()

    @pytest.mark.requirement("A3.1")
    def test_hold_natural_and_legal_persons_apart(self) -> None:
        assert TABLES.keys() == {
            "LegalPersonsTable",
            "NaturalPersonsTable",
            "WorkTable",
            "AuditTable",
        }


@pytest.mark.requirement("A20.2")
class TestBuckets:
    @each_bucket
    def test_are_closed_to_the_public(self, bucket: str) -> None:
        assert set(BUCKETS[bucket]["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(BUCKETS[bucket]["PublicAccessBlockConfiguration"]) == 4

    @each_bucket
    def test_are_encrypted_with_the_data_key(self, bucket: str) -> None:
        rules = BUCKETS[bucket]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        default = rules[0]["ServerSideEncryptionByDefault"]

        assert default["SSEAlgorithm"] == "aws:kms"
        assert spelled(default["KMSMasterKeyID"]) == "DataKey.Arn"

    @each_bucket
    @pytest.mark.parametrize("unsafe", [NO_TLS, OLD_TLS], ids=["without", "old"])
    @pytest.mark.parametrize(
        ("action", "key"),
        [
            ("s3:PutObject", "/incoming/scjg/a.csv"),
            ("s3:GetObject", "/incoming/scjg/a.csv"),
            ("s3:DeleteObjectVersion", "/incoming/scjg/a.csv"),
            ("s3:ListBucket", ""),
        ],
    )
    def test_take_and_give_nothing_without_tls(
        self, bucket: str, unsafe: Facts, action: str, key: str
    ) -> None:
        assert denied(Asked(action, f"{bucket}.Arn{key}", unsafe))
        locked = "ObjectLockConfiguration" in BUCKETS[bucket] and "Delete" in action
        assert denied(Asked(action, f"{bucket}.Arn{key}", TLS)) is locked

    @each_bucket
    @pytest.mark.parametrize(
        "headers",
        [{}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "DataKey.Arn"}],
        ids=["by_the_bucket", "as_the_bucket_would"],
    )
    def test_take_what_is_encrypted_with_the_data_key(
        self, bucket: str, headers: dict[str, str]
    ) -> None:
        assert not denied(a_put(bucket, headers))

    @each_bucket
    @pytest.mark.parametrize(
        "headers",
        [
            {"ServerSideEncryption": "AES256"},
            {"ServerSideEncryption": "AES256", "SSEKMSKeyId": "DataKey.Arn"},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "FieldKey.Arn"},
            {"ServerSideEncryption": "aws:kms"},
            {"SSEKMSKeyId": "FieldKey.Arn"},
            {"SSECustomerAlgorithm": "AES256"},
        ],
        ids=lambda headers: "+".join(headers.values()),
    )
    def test_refuse_another_encryption_or_key(self, bucket: str, headers: dict[str, str]) -> None:
        assert denied(a_put(bucket, headers))


@pytest.mark.requirement("A20.1")
class TestSeals:
    def test_are_locked_against_everybody(self) -> None:
        own = BUCKETS["AuditBucket"]
        retention = own["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]

        assert own["ObjectLockEnabled"] is True
        assert own["VersioningConfiguration"] == {"Status": "Enabled"}
        assert retention["Mode"] == "COMPLIANCE"
        assert spelled(retention["Days"]) == "AuditLockDays"

    @pytest.mark.parametrize(
        ("action", "facts"),
        [
            ("s3:PutObject", (*NEW_BY_TLS[:2], SEALER)),
            ("s3:PutObject", (*NEW_BY_TLS, ("aws:PrincipalArn", "AnswerCallRole.Arn"))),
            ("s3:PutObject", NEW_BY_TLS),
            ("s3:DeleteObject", TLS),
            ("s3:DeleteObjectVersion", TLS),
        ],
    )
    def test_are_neither_made_by_others_nor_replaced_nor_deleted(
        self, action: str, facts: Facts
    ) -> None:
        assert denied(Asked(action, "AuditBucket.Arn/checkpoints/x.json", facts))

    def test_are_made_when_no_function_can_write_to_their_windows_any_more(self) -> None:
        longest = max(own["Timeout"] for own in of_type(written(), FUNCTION).values())

        assert timedelta(seconds=longest) * 2 <= MARGIN


class TestLifecycle:
    def test_ends_what_the_work_files_mark_as_short_lived(self) -> None:
        rules = BUCKETS["WorkBucket"]["LifecycleConfiguration"]["Rules"]
        [rule] = [rule for rule in rules if "ExpirationInDays" in rule]
        [tag] = rule["TagFilters"]
        code = (ROOT / "layers/nbcredit/python/nbcredit/adapters/work_files.py").read_text("utf-8")

        assert f"{tag['Key']}={tag['Value']}" in code
        assert tag["Value"] == f"{rule['ExpirationInDays']}-days"


class TestOutputs:
    def test_name_what_operators_and_the_local_cloud_address(self) -> None:
        outputs = source()["Outputs"]
        queues = {f"{name}Url" for name in of_type(written(), "AWS::SQS::Queue")}
        functions = {f"{name}Function" for name in of_type(written(), "AWS::Serverless::Function")}

        assert outputs.keys() == {
            *TABLES,
            *BUCKETS,
            *queues,
            *functions,
            *("DataKey", "FieldKey", "AuditKey", "SubjectSecret"),
            *("TerminatorSecret", "WorkSiteApiId"),
        }


def a_put(bucket: str, headers: dict[str, str]) -> Asked:
    said = tuple((ENCRYPTION[name], value) for name, value in headers.items())
    return Asked("s3:PutObject", f"{bucket}.Arn/incoming/scjg/a.csv", (*TLS, *said))
