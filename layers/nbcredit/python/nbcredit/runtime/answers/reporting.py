"""Calls that report."""

from dataclasses import dataclass

from nbcredit.domain.entries import Batch
from nbcredit.domain.records import RecordId
from nbcredit.domain.submissions import ENDED
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.entering import Entering
from nbcredit.usecases.withdrawals import Withdrawals
from nbcredit.wire import reporting
from nbcredit.wire.views import submission_view


@dataclass(frozen=True, slots=True)
class ReportingAnswers:
    """Takes rows that are reported one by one or a few at once, and withdrawals."""

    entering: Entering
    withdrawals: Withdrawals

    def all(self) -> Answers:
        return {
            reporting.ReportRows: self._report,
            reporting.WithdrawRecords: self._withdraw,
        }

    def _withdraw(
        self, call: reporting.WithdrawRecords, asked: Asked
    ) -> reporting.WithdrawnRecords:
        standings = self.withdrawals.withdraw(
            [RecordId.parse(each) for each in call.records],
            reason=call.reason,
            by=asked.by,
            deadline=asked.deadline,
        )
        return reporting.WithdrawnRecords(
            submissions=[
                submission_view(
                    each, catalogue=self.entering.catalogues.get(each.submission.catalogue)
                )
                for each in standings
            ],
            waits=any(each.submission.state not in ENDED for each in standings),
        )

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
