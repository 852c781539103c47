"""Calls that report."""

from dataclasses import dataclass

from nbcredit.domain.entries import Batch
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.entering import Entering
from nbcredit.wire import reporting


@dataclass(frozen=True, slots=True)
class ReportingAnswers:
    """Takes rows that are reported one by one or a few at once."""

    entering: Entering

    def all(self) -> Answers:
        return {reporting.ReportRows: self._report}

    def _report(self, call: reporting.ReportRows, asked: Asked) -> reporting.ReportedRows:
        batch = Batch(
            provider=call.provider,
            item=call.item,
            period=call.period or self.entering.this_month(),
            rows=call.rows,
            by=asked.by,
        )
        standing = self.entering.report(batch, deadline=asked.deadline)
        submission = standing.submission
        issues = self.entering.issues_of(submission)
        return reporting.reported_rows(
            standing,
            self.entering.rows_of(submission, issues),
            issues,
            catalogue=self.entering.catalogues.get(submission.catalogue),
        )
