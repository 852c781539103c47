"""Calls about the audit trail."""

from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.audit import Audit
from nbcredit.wire import views
from nbcredit.wire.audit import AuditReport, VerifyAudit


@dataclass(frozen=True, slots=True)
class AuditAnswers:
    """Proves the trail."""

    audit: Audit

    def all(self) -> Answers:
        return {VerifyAudit: self._verify}

    def _verify(self, call: VerifyAudit, asked: Asked) -> AuditReport:
        found = self.audit.verify(
            since=call.since, until=call.until, by=asked.by, purpose=call.purpose
        )
        return views.audit_report(found)
