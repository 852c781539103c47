"""What a provider is told of rows that a correction or a withdrawal has outdone (A7.3)."""

from collections.abc import Iterator

from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.records import Head, RecordId
from nbcredit.domain.reserved import CORRECTS_HEADER
from nbcredit.domain.rows import Row


def about_outdone(row: Row, record: RecordId, head: Head) -> Iterator[Issue]:
    """Yield the note on a row whose record stands as a correction or a withdrawal has it."""
    if not head.version.correction:
        return
    code, what = (
        (IssueCode.WITHDRAWN_RECORD, "已撤回，本行没有恢复它")
        if head.withdrawn
        else (IssueCode.CORRECTED_RECORD, "已按更正更新，本行没有改变它")
    )
    yield Issue(
        code=code,
        row=row.number,
        value=str(record),
        message=f"这条记录{what}：如果以本行为准，请在“{CORRECTS_HEADER}”列写 {record} 重新报送。",
    )
