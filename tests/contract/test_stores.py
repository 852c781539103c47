import pytest

from infra.translate import source
from tests.contract.deployment import ROOT, of_type, spelled, written

TABLES = of_type(written(), "AWS::DynamoDB::Table")
BUCKETS = of_type(written(), "AWS::S3::Bucket")
POLICIES = of_type(written(), "AWS::S3::BucketPolicy")


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
    @pytest.mark.parametrize("bucket", BUCKETS)
    def test_are_closed_to_the_public(self, bucket: str) -> None:
        assert set(BUCKETS[bucket]["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(BUCKETS[bucket]["PublicAccessBlockConfiguration"]) == 4

    @pytest.mark.parametrize("bucket", BUCKETS)
    def test_are_encrypted_with_the_data_key(self, bucket: str) -> None:
        rules = BUCKETS[bucket]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        default = rules[0]["ServerSideEncryptionByDefault"]

        assert default["SSEAlgorithm"] == "aws:kms"
        assert spelled(default["KMSMasterKeyID"]) == "DataKey.Arn"

    @pytest.mark.parametrize("bucket", BUCKETS)
    def test_refuse_what_comes_without_tls_or_with_weaker_encryption(self, bucket: str) -> None:
        [policy] = [one for one in POLICIES.values() if spelled(one["Bucket"]) == bucket]
        denied = {
            statement["Sid"]: statement["Effect"]
            for statement in policy["PolicyDocument"]["Statement"]
        }

        assert denied == dict.fromkeys(
            ("TlsOnly", "Tls12OrNewer", "NoWeakerEncryption", "NoOtherKey"), "Deny"
        )


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
            *("DataKey", "FieldKey", "SubjectSecret"),
        }
