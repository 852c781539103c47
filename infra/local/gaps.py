"""What of the template the emulator does not do, and what is done about it.

`docs/operations.md` repeats the table; `tests/contract` compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Remedy(StrEnum):
    """What the local deployment does where MiniStack falls short."""

    LEFT_OUT = "left out"
    SET_BY_API = "set over the API after deployment"
    OWN_MEANS = "done by infra/local instead"
    NONE = "without effect locally"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing of the template or of AWS that MiniStack 1.5.33 does not take."""

    what: str
    remedy: Remedy
    reason: str


NOT_ON_MINISTACK: Final = (
    Gap(
        "AWS::Backup::BackupSelection", Remedy.LEFT_OUT, "its CloudFormation refuses the type"
    ),
    Gap(
        "AWS::CloudWatch::CompositeAlarm", Remedy.LEFT_OUT, "its CloudFormation refuses the type"
    ),
    Gap(
        "TimeToLiveSpecification", Remedy.SET_BY_API,
        "its CloudFormation ignores it; expired items stay all the same, the code checks expiry",
    ),
    Gap(
        "PointInTimeRecoverySpecification", Remedy.SET_BY_API,
        "its CloudFormation ignores it; there is nothing to restore from",
    ),
    Gap(
        "LifecycleConfiguration", Remedy.SET_BY_API,
        "its CloudFormation ignores it; nothing is ever expired",
    ),
    Gap(
        "BucketEncryption", Remedy.SET_BY_API,
        "its CloudFormation sets AES256 instead of the key; files lie in the clear in the folder",
    ),
    Gap(
        "MaximumConcurrency",
        Remedy.SET_BY_API,
        "each batch in work is a process of its own: as many as the machine has cores",
    ),
    Gap(
        "Layers", Remedy.OWN_MEANS,
        "functions run in the environment's interpreter: the runtime layer is left empty",
    ),
    Gap(
        "StartMessageMoveTask", Remedy.OWN_MEANS,
        "refused with InvalidAction: `nbcredit redrive QUEUE` moves message by message",
    ),
    Gap(
        "Streams over a restart", Remedy.OWN_MEANS,
        "positions are saved and streams are not: positions are reset, the sweep finds the rest",
    ),
    Gap(
        "ReportBatchItemFailures on streams", Remedy.NONE,
        "reported records count as done: only an exception makes MiniStack retry",
    ),
    Gap(
        "BisectBatchOnFunctionError, MaximumRetryAttempts, DestinationConfig", Remedy.NONE,
        "a failing stream batch is repeated every second, whole and without end",
    ),
    Gap("IAM policies, key policies, bucket policies", Remedy.NONE, "nobody is ever refused"),
    Gap("Alarms", Remedy.NONE, "they exist, but never go off"),
)  # fmt: skip

LEFT_OUT: Final = frozenset(gap.what for gap in NOT_ON_MINISTACK if gap.remedy is Remedy.LEFT_OUT)
