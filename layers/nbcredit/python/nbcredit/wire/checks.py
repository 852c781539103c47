"""Calls that check a file before it is reported, and store nothing of it."""

from typing import Literal

from pydantic import Base64Bytes

from nbcredit.domain.issue_titles import title_of
from nbcredit.usecases.file_checks import Checked
from nbcredit.usecases.issue_lists import Cause
from nbcredit.wire.base import Code, Wire
from nbcredit.wire.calls import Call
from nbcredit.wire.submissions import ChangeView, IssueView
from nbcredit.wire.uploads import FileName
from nbcredit.wire.views import issue_view


class CheckFile(Call):
    """Ask what would become of a small file, by the engine of `nbcredit clean`."""

    call: Literal["check-file"] = "check-file"
    provider: Code
    item: Code
    name: FileName
    content: Base64Bytes


class CauseView(Wire):
    """Problems of one kind in one column: how many rows have it, and the first of them."""

    code: str
    title: str
    severity: str
    header: str
    rows: int
    first: list[IssueView]


class CheckView(Wire):
    """What would become of a file; `refused` where it is the file as a whole that is wrong."""

    file_name: str
    item: str
    item_name: str
    size: int
    refused: bool
    rows: int
    accepted: int
    rejected: int
    duplicate: int
    blank: int
    causes: list[CauseView]
    changes: list[ChangeView]


def check_view(checked: Checked) -> CheckView:
    counts = checked.counts
    return CheckView(
        file_name=checked.file_name,
        item=checked.item.code,
        item_name=checked.item.name,
        size=checked.size,
        refused=checked.refused,
        rows=counts.rows,
        accepted=counts.accepted,
        rejected=counts.rejected,
        duplicate=counts.duplicate,
        blank=counts.blank,
        causes=[_cause(each) for each in checked.causes],
        changes=[
            ChangeView(
                header=each.header,
                field=each.field,
                kind=each.kind.value,
                label=each.kind.label,
                cells=each.cells,
            )
            for each in checked.changes
        ],
    )


def _cause(cause: Cause) -> CauseView:
    return CauseView(
        code=cause.code.value,
        title=title_of(cause.code),
        severity=cause.severity.value,
        header=cause.first[0].header,
        rows=cause.rows,
        first=[issue_view(each) for each in cause.first],
    )
