"""The call that proves the audit trail whole, and its report."""

from datetime import datetime
from typing import Literal

from nbcredit.wire.base import Wire
from nbcredit.wire.calls import Call


class VerifyAudit(Call):
    """Prove that the audit trail between two moments is whole, or name the first bad entry."""

    call: Literal["verify-audit"] = "verify-audit"
    since: datetime
    until: datetime


class AuditReport(Wire):
    """What verification found; `first_bad` is empty where the trail is whole."""

    whole: bool
    entries: int
    chains: int
    first_bad: str
    reason: str
