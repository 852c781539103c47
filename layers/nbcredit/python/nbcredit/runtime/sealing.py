"""What seals, proves and searches the trail: the same parts in the sealer and behind the calls."""

from nbcredit.adapters.dynamodb.audit_store import DynamoAuditStore, DynamoHeads, DynamoLooks
from nbcredit.adapters.kms_signer import KmsSigner
from nbcredit.adapters.seals import SealBucket
from nbcredit.adapters.signatures import EcdsaSignatures
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.audit_exports import AuditExports
from nbcredit.usecases.audit_search import AuditSearch
from nbcredit.usecases.digests import Digests
from nbcredit.usecases.proving import Proving
from nbcredit.usecases.sealing import Sealing, SealWatch
from nbcredit.usecases.seals import Trust


def seals_of(made: Parts, bucket: str) -> SealBucket:
    return SealBucket(made.s3, bucket=bucket)


def proving_of(made: Parts, bucket: str, trust: Trust | None = None) -> Proving:
    return Proving(
        DynamoAuditStore(),
        seals_of(made, bucket),
        DynamoHeads(made.connection),
        trust or Trust(EcdsaSignatures()),
    )


def sealing_of(
    made: Parts, bucket: str, signer: KmsSigner, *, earlier: frozenset[str] = frozenset()
) -> Sealing:
    heads = DynamoHeads(made.connection)
    return Sealing(
        store=DynamoAuditStore(),
        seals=seals_of(made, bucket),
        heads=heads,
        birth=heads,
        index=DynamoLooks(made.connection),
        signer=signer,
        signatures=EcdsaSignatures(),
        clock=made.clock,
        earlier=earlier,
    )


def digests_of(
    made: Parts, bucket: str, signer: KmsSigner, *, earlier: frozenset[str] = frozenset()
) -> Digests:
    proving = proving_of(made, bucket, Trust(EcdsaSignatures(), signer, earlier))
    return Digests(seals_of(made, bucket), proving, signer)


def seal_watch_of(made: Parts) -> SealWatch:
    heads = DynamoHeads(made.connection)
    return SealWatch(heads, heads, made.clock)


def audit_search_of(made: Parts) -> AuditSearch:
    return AuditSearch(
        store=DynamoAuditStore(),
        looks=DynamoLooks(made.connection),
        heads=DynamoHeads(made.connection),
        trail=made.ledger,
        clock=made.clock,
    )


def audit_exports_of(made: Parts, bucket: str) -> AuditExports:
    return AuditExports(audit_search_of(made), seals_of(made, bucket))
