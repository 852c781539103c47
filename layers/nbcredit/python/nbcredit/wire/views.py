"""From domain things to the bodies that callers see."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nbcredit.domain.catalogue import Catalogue, Item
from nbcredit.domain.issues import Issue
from nbcredit.domain.organisations import Directory
from nbcredit.domain.periods import from_utc_text
from nbcredit.domain.records import Record
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import Subject
from nbcredit.domain.submissions import State, Submission
from nbcredit.usecases.records import Traced
from nbcredit.usecases.submissions import ListedIssues, Standing
from nbcredit.wire.catalogue import CatalogueView, ItemView
from nbcredit.wire.records import RecordView, SubjectView, TraceView, VersionView
from nbcredit.wire.submissions import ChangeView, IssueList, IssueView, SubmissionView

STATES: Final[Mapping[State, str]] = {
    State.READING: "正在读取",
    State.WAITING: "排队等待入库",
    State.LOADING: "正在入库",
    State.SETTLED: "已完成",
    State.REFUSED: "整个文件被退回",
}


def submission_view(standing: Standing, *, catalogue: Catalogue) -> SubmissionView:
    submission = standing.submission
    item = catalogue.items.get(submission.item)
    return SubmissionView(
        submission=submission.id,
        provider=submission.provider,
        item=submission.item,
        item_name=item.name if item is not None else "",
        period=submission.period,
        file_name=submission.file.name,
        sha256=submission.file.sha256,
        size=submission.file.size,
        format=submission.file.format.value,
        encoding=submission.file.encoding,
        catalogue=submission.catalogue,
        state=submission.state.value,
        state_text=STATES[submission.state],
        reported_at=submission.reported_at,
        settled_at=submission.settled_at,
        rows=submission.books.rows,
        outcomes={outcome.value: submission.books[outcome] for outcome in Outcome},
        balanced=submission.books.balanced,
        chunks=submission.chunks,
        chunks_done=standing.chunks_done,
        issues=submission.issues,
        changes=list(_changes(submission, item)),
        reason=submission.reason,
        kind=submission.kind,
        follows=submission.follows,
    )


def _changes(submission: Submission, item: Item | None) -> Iterator[ChangeView]:
    """Yield the changes in the order of the item's columns, under its titles."""
    titles = {name: field.title for name, field in item.fields.items()} if item else {}
    for name in (*titles, *(name for name in submission.changes if name not in titles)):
        for kind, cells in submission.changes.get(name, {}).items():
            yield ChangeView(
                header=titles.get(name, name),
                field=name,
                kind=kind.value,
                label=kind.label,
                cells=cells,
            )


def issue_view(issue: Issue) -> IssueView:
    return IssueView(
        row=issue.row,
        column=issue.column,
        header=issue.header,
        field=issue.field,
        code=issue.code.value,
        severity=issue.severity.value,
        value=issue.value,
        message=issue.message,
    )


def issue_list(listed: ListedIssues) -> IssueList:
    counts = listed.submission.issue_counts
    return IssueList(
        total=sum(counts.values()),
        by_code=dict(sorted(counts.items())),
        issues=[issue_view(issue) for issue in listed.issues],
        download=listed.download,
        changes_download=listed.changes_download,
        withheld=listed.withheld,
    )


def _titled(record: Record, form: Item) -> dict[str, str]:
    """Return the values in the order of the form, under its titles."""
    return {
        field.title: record.values[name]
        for name, field in form.fields.items()
        if name in record.values
    }


def record_view(record: Record, *, form: Item, in_force: Item | None) -> RecordView:
    """Show a record in the form it was accepted in, with the disclosure in force now (A6.1)."""
    return RecordView(
        record=str(record.id),
        item=record.id.item,
        item_name=form.name,
        provider=record.provider,
        period=record.version.period,
        region=record.region,
        role=record.role,
        disclosure=(in_force or form).disclosure.value,
        reported_at=from_utc_text(record.version.reported_at),
        submission=record.version.submission,
        row=record.row,
        values=_titled(record, form),
        **_standing(record),
    )


def _standing(record: Record) -> dict[str, Any]:
    """Return what corrections and withdrawals have made of a version."""
    return {
        "withdrawn": record.withdrawn,
        "reason": record.reason,
        "corrected": bool(record.version.correction) and not record.withdrawn,
        "replaces": record.replaces,
        "replaced_by": record.replaced_by,
    }


def subject_view(subject: Subject, records: Sequence[RecordView]) -> SubjectView:
    return SubjectView(
        subject=str(subject.key),
        state=subject.state.value,
        name=subject.name,
        former_names=list(subject.former_names),
        status=subject.status,
        cancelled_on=subject.cancelled_on,
        successors=list(subject.successors),
        records=list(records),
    )


def trace_view(traced: Sequence[Traced], *, form: Item, directory: Directory) -> TraceView:
    return TraceView(
        record=str(traced[0].record.id),
        item_name=form.name,
        versions=[
            _version_view(each, form=form, directory=directory, current=place == 0)
            for place, each in enumerate(traced)
        ],
    )


def _version_view(
    traced: Traced, *, form: Item, directory: Directory, current: bool
) -> VersionView:
    record, submission = traced.record, traced.submission
    provider = directory.by_code.get(record.provider)
    return VersionView(
        version=str(record.version),
        provider=record.provider,
        provider_name=provider.name if provider is not None else "",
        submission=submission.id,
        file_name=submission.file.name,
        file_key=submission.file.key,
        file_version=submission.file.version_id,
        sha256=submission.file.sha256,
        row=record.row,
        reported_at=submission.reported_at,
        catalogue=record.catalogue,
        current=current,
        values=_titled(record, form),
        kind=submission.kind,
        **_standing(record),
    )


def catalogue_view(catalogue: Catalogue) -> CatalogueView:
    return CatalogueView(
        version=catalogue.version,
        effective_from=catalogue.effective_from,
        items=[
            ItemView(
                code=item.code,
                name=item.name,
                providers=sorted(item.providers),
                headers={
                    name: [field.title, *field.aliases] for name, field in item.fields.items()
                },
                required=list(item.schema.get("required", ())),
                disclosure=item.disclosure.value,
                sharing=item.sharing.value,
            )
            for item in catalogue.items.values()
        ],
    )
