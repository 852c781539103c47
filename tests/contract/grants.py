"""What each role may do: function, resource, actions. The template grants exactly this."""

from typing import Final

Grants = dict[str, dict[str, str]]

# Shorthands of the columns below; a transaction needs the permission of each thing it does.
READ: Final = "dynamodb: GetItem Query"
TAKE: Final = "sqs: ReceiveMessage DeleteMessage GetQueueAttributes ChangeMessageVisibility"
SEND: Final = "sqs: SendMessage"

FOR_ALL: Final[dict[str, str]] = {
    "DataKey.Arn": "kms: GenerateDataKey Decrypt",
    "*": "xray: PutTraceSegments PutTelemetryRecords",
}
_RELAY: Final[dict[str, str]] = {
    "WorkTable.Arn": f"{READ} PutItem UpdateItem DeleteItem BatchWriteItem",
    "AuditTable.Arn": "dynamodb: PutItem",
    "WorkBucket.Arn": "s3: ListBucket",
    "WorkBucket.Arn/submissions/*/plans/*": "s3: GetObject",
    "WorkBucket.Arn/submissions/*/held/*": "s3: GetObject",
    "WorkBucket.Arn/submissions/*/chunks/*": "s3: PutObject PutObjectTagging",
    "WorkBucket.Arn/submissions/*/feedback/*": "s3: GetObject",
    "ChunkQueue.Arn": SEND,
    "BackfillQueue.Arn": SEND,
    "SettleQueue.Arn": SEND,
}
_CLOCK: Final[dict[str, str]] = {
    "WorkTable.Arn": f"{READ} PutItem DeleteItem",
    "AuditTable.Arn": "dynamodb: PutItem",
}

GRANTS: Final[Grants] = {
    "ReceiveFile": {
        "WorkTable.Arn": f"{READ} PutItem UpdateItem DeleteItem",
        "AuditTable.Arn": "dynamodb: PutItem",
        "FilesBucket.Arn": "s3: ListBucket",
        "FilesBucket.Arn/incoming/*": "s3: GetObject GetObjectVersion",
        "WorkBucket.Arn": "s3: ListBucket",
        "WorkBucket.Arn/submissions/*/chunks/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/issues/*": "s3: GetObject PutObject",
        "WorkBucket.Arn/submissions/*/changes/*": "s3: PutObject",
        "WorkBucket.Arn/submissions/*/issues.csv": "s3: PutObject AbortMultipartUpload",
        "IncomingQueue.Arn": f"{TAKE} SendMessage",
    },
    "LoadChunk": {
        "LegalPersonsTable.Arn": "dynamodb: BatchGetItem Query PutItem BatchWriteItem",
        "NaturalPersonsTable.Arn": "dynamodb: BatchGetItem PutItem BatchWriteItem",
        "WorkTable.Arn": f"{READ} BatchGetItem PutItem UpdateItem BatchWriteItem",
        "AuditTable.Arn": "dynamodb: PutItem",
        "WorkBucket.Arn": "s3: ListBucket",
        "WorkBucket.Arn/submissions/*/held/*": "s3: PutObject",
        "WorkBucket.Arn/submissions/*/chunks/*": "s3: GetObject",
        "WorkBucket.Arn/submissions/*/claims/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/plans/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/issues/*": "s3: PutObject",
        "WorkBucket.Arn/affirmed/*": "s3: GetObject PutObject",
        "ChunkQueue.Arn": TAKE,
        "BackfillQueue.Arn": TAKE,
        "SubjectSecret": "secretsmanager: GetSecretValue",
        "FieldKey.Arn": "kms: GenerateDataKeyWithoutPlaintext Decrypt",
    },
    "SettleSubmission": {
        "WorkTable.Arn": f"{READ} PutItem UpdateItem DeleteItem",
        "AuditTable.Arn": "dynamodb: PutItem",
        "WorkBucket.Arn": "s3: ListBucket",
        "WorkBucket.Arn/submissions/*/issues/*": "s3: GetObject",
        "WorkBucket.Arn/submissions/*/chunks/*": "s3: GetObject",
        "WorkBucket.Arn/submissions/*/changes/*": "s3: GetObject",
        "WorkBucket.Arn/submissions/*/issues.csv": "s3: PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/changes.csv": "s3: PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/receipt.json": "s3: PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/receipt.html": "s3: PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/feedback/*": (
            "s3: GetObject PutObject PutObjectTagging AbortMultipartUpload"
        ),
        "FilesBucket.Arn/incoming/*": "s3: GetObject GetObjectVersion",
        "SettleQueue.Arn": f"{TAKE} SendMessage",
    },
    "RelayOutbox": {
        **_RELAY,
        "WorkTable.StreamArn": "dynamodb: DescribeStream GetRecords GetShardIterator",
        # Listing streams knows no resource.
        "*": "dynamodb: ListStreams",
        "RelayDeadLetters.Arn": SEND,
    },
    "Sweep": _RELAY,
    "ClosePeriod": _CLOCK,
    "Remind": _CLOCK,
    "SealAudit": {
        "AuditTable.Arn": f"{READ} DescribeTable PutItem BatchWriteItem",
        "AuditBucket.Arn": "s3: ListBucket ListBucketVersions",
        **dict.fromkeys(
            (
                f"AuditBucket.Arn/{folder}/*"
                for folder in ("checkpoints", "leaves", "digests", "keys")
            ),
            "s3: GetObject GetObjectVersion PutObject",
        ),
        "AuditKey.Arn": "kms: Sign GetPublicKey",
    },
    "AnswerCall": {
        "AuthorityKey.Arn": "kms: Sign GetPublicKey",
        "LegalPersonsTable.Arn": "dynamodb: BatchGetItem Query PutItem BatchWriteItem",
        "NaturalPersonsTable.Arn": "dynamodb: BatchGetItem Query PutItem BatchWriteItem",
        "WorkTable.Arn": f"{READ} BatchGetItem PutItem UpdateItem DeleteItem BatchWriteItem",
        "AuditTable.Arn": "dynamodb: PutItem Query GetItem BatchGetItem DescribeTable",
        "AuditBucket.Arn": "s3: ListBucket ListBucketVersions",
        **dict.fromkeys(
            (f"AuditBucket.Arn/{one}/*" for one in ("checkpoints", "leaves", "keys")),
            "s3: GetObject GetObjectVersion",
        ),
        "FilesBucket.Arn": "s3: ListBucket",
        "FilesBucket.Arn/incoming/*": "s3: GetObject GetObjectVersion PutObject",
        "FilesBucket.Arn/off-catalogue/*": "s3: GetObject GetObjectVersion PutObject",
        "FilesBucket.Arn/exchange/*": "s3: GetObject GetObjectVersion PutObject",
        "WorkBucket.Arn": "s3: ListBucket",
        "WorkBucket.Arn/submissions/*/chunks/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/claims/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/plans/*": "s3: GetObject PutObject PutObjectTagging",
        "WorkBucket.Arn/submissions/*/issues/*": "s3: GetObject PutObject",
        "WorkBucket.Arn/submissions/*/changes/*": "s3: GetObject PutObject",
        "WorkBucket.Arn/submissions/*/held/*": "s3: GetObject PutObject",
        "WorkBucket.Arn/submissions/*/issues.csv": "s3: GetObject PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/changes.csv": "s3: GetObject PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/receipt.json": "s3: PutObject AbortMultipartUpload",
        "WorkBucket.Arn/submissions/*/receipt.html": "s3: GetObject",
        "WorkBucket.Arn/submissions/*/feedback/*": "s3: GetObject",
        "SettleQueue.Arn": SEND,
        "WorkBucket.Arn/affirmed/*": "s3: GetObject PutObject",
        "SubjectSecret": "secretsmanager: GetSecretValue",
        "FieldKey.Arn": "kms: GenerateDataKeyWithoutPlaintext Decrypt",
    },
}

_RELAYED: Final = {
    *("SUB#*", "PROVIDER#*", "LANES", "OUTBOX#*", "CHANGES#*", "OWED#*", "FEEDBACK#*", "INBOX#*"),
    "EXCHANGE#*",
}
# Partitions of the work table that a function writes; it reads all of them.
WRITTEN: Final[dict[str, set[str]]] = {
    "ReceiveFile": {"SUB#*", "PROVIDER#*", "LANES", "OUTBOX#*", "UPLOAD#*", "OWED#*"},
    "LoadChunk": {"SUB#*", "LANES", "OUTBOX#*", "KEYRING", "CASES", "CASES#*"},
    "SettleSubmission": {
        *("SUB#*", "LANES", "OUTBOX#*", "FEEDBACK#*", "PROVIDER#*", "OWED#*", "CASES#*"),
    },
    "RelayOutbox": _RELAYED,
    "Sweep": _RELAYED,
    "ClosePeriod": {"OWED#*"},
    "Remind": {"OWED#*", "INBOX#*", "OUTBOX#*", "ACCOUNTS"},
    "SealAudit": set(),
    "AnswerCall": {
        *("ACCOUNTS", "CREDENTIALS", "CERTIFICATE#*", "CERTIFICATES#*", "AUTHORITIES"),
        *("CASES", "CASES#*", "EXCHANGE#*", "URGED#*"),
        *("CATALOGUE*", "DIRECTORY", "OUTBOX#*", "UPLOAD#*", "CALENDAR", "OFFCATALOGUE"),
        *("SUB#*", "PROVIDER#*", "LANES", "KEYRING", "OWED#*", "FEEDBACK#*"),
    },
}

# Answers the same calls, and signs people in.
GRANTS["WorkSite"] = GRANTS["AnswerCall"] | {"TerminatorSecret": "secretsmanager: GetSecretValue"}
WRITTEN["WorkSite"] = WRITTEN["AnswerCall"] | {"SESSION#*"}


def spelled_out(actions: str) -> set[str]:
    """Turn `sqs: A B` into {`sqs:A`, `sqs:B`}."""
    service, names = actions.split(":", maxsplit=1)
    return {f"{service}:{name}" for name in names.split()}
