"""What of the template the emulator does not do, and what is done about it.

`docs/operations.md` repeats the table; `tests/contract` compares the two, and the template with
what is switched off.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Remedy(StrEnum):
    """What the local deployment does where MiniStack falls short."""

    SWITCHED_OFF = "switched off by the condition InCloud"
    SET_BY_API = "set over the API after the deployment"
    OWN_MEANS = "done in another way"
    NONE = "without effect"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing of the template or of AWS that MiniStack 1.5.33 does not take."""

    what: str
    remedy: Remedy
    reason: str


NOT_ON_MINISTACK: Final = (
    Gap("Alarms", Remedy.SWITCHED_OFF, "alarms exist there, but never go off"),
    Gap(
        "TimeToLiveSpecification",
        Remedy.SET_BY_API,
        "its CloudFormation ignores it; expired items stay all the same: the code checks expiry",
    ),
    Gap(
        "PointInTimeRecoverySpecification",
        Remedy.SET_BY_API,
        "its CloudFormation ignores it; there is nothing to restore from",
    ),
    Gap(
        "LifecycleConfiguration",
        Remedy.SET_BY_API,
        "its CloudFormation ignores it; nothing ever expires",
    ),
    Gap(
        "ObjectLockConfiguration",
        Remedy.SET_BY_API,
        "its CloudFormation ignores it; seals are locked for a day",
    ),
    Gap(
        "BucketEncryption",
        Remedy.SET_BY_API,
        "its CloudFormation sets AES256 instead; the files lie in the clear in the state folder",
    ),
    Gap(
        "MaximumConcurrency",
        Remedy.SET_BY_API,
        "each batch in work is a process of its own: as many as the machine has cores",
    ),
    Gap(
        "BinaryMediaTypes",
        Remedy.OWN_MEANS,
        "it does not know CloudFormation's `~1` for a slash, which is spelled out for it",
    ),
    Gap(
        "RuntimeLayer",
        Remedy.OWN_MEANS,
        "functions run in the environment's own interpreter and find its packages: left empty",
    ),
    Gap(
        "sqs:StartMessageMoveTask",
        Remedy.OWN_MEANS,
        "refused with InvalidAction: `nbcredit redrive` moves message by message, there and here",
    ),
    Gap(
        "Streams over a restart",
        Remedy.OWN_MEANS,
        "it saves where a mapping stood in a stream, but not the stream: the place is reset, "
        "and the sweep finds what was not relayed",
    ),
    Gap(
        "ReportBatchItemFailures on a stream",
        Remedy.NONE,
        "reported records count as done; only an exception makes it try again",
    ),
    Gap(
        "BisectBatchOnFunctionError, MaximumRetryAttempts, DestinationConfig",
        Remedy.NONE,
        "a stream batch that fails is repeated every second, whole and without end",
    ),
    Gap(
        "Signatures and checksums of posted forms",
        Remedy.NONE,
        "the policy of a form (key, size, end, fields) is kept to, whoever signed it",
    ),
    Gap("Policies", Remedy.NONE, "nobody is ever refused, whatever roles, keys and buckets say"),
    Gap("Tracing", Remedy.NONE, "there are no traces"),
)
