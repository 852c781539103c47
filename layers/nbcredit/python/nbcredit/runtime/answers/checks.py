"""Calls that check files before they are reported."""

from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.file_checks import Checker, FileChecks
from nbcredit.wire.checks import CheckFile, CheckView, check_view


@dataclass(frozen=True, slots=True)
class CheckAnswers:
    """Tells what would become of a file."""

    checks: FileChecks

    def all(self) -> Answers:
        return {CheckFile: self._check}

    def _check(self, call: CheckFile, asked: Asked) -> CheckView:
        checked = self.checks.check(
            call.provider, call.item, call.name, call.content, by=asked.by, purpose=call.purpose
        )
        return check_view(checked)


def engine_checks() -> Checker:
    # The engine takes a tenth of a second to import.
    from nbcredit.cleaning.file_checks import EngineChecks  # noqa: PLC0415 -- no other call's

    return EngineChecks()
