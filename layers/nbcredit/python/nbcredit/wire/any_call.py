"""Every call there is, told apart by its name."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from nbcredit.wire import (
    calendars,
    calls,
    cases,
    duties,
    feedback,
    inbox,
    off_catalogue,
    reporting,
    uploads,
)

AnyCall = Annotated[
    calls.ShowSubmission
    | calendars.ShowCalendar
    | calendars.LoadCalendar
    | calendars.ComputeDue
    | duties.ReportNothing
    | duties.ShowDuties
    | duties.ClosePeriod
    | duties.ExplainObligation
    | inbox.ShowInbox
    | calls.ListSubmissions
    | calls.ListReported
    | calls.ListIssues
    | calls.ReadSubject
    | calls.VerifySubject
    | calls.TraceRecord
    | calls.ShowCatalogue
    | calls.PublishCatalogue
    | calls.TryCatalogue
    | calls.RegisterOrganisations
    | calls.VerifyAudit
    | cases.ListCases
    | cases.ShowCase
    | cases.DecideCase
    | reporting.ReportRows
    | reporting.WithdrawRecords
    | uploads.PrepareUpload
    | off_catalogue.PrepareAttachment
    | off_catalogue.ReportOffCatalogue
    | off_catalogue.ListOffCatalogue
    | off_catalogue.ShowOffCatalogue
    | off_catalogue.CoverOffCatalogue
    | off_catalogue.CloseOffCatalogue
    | feedback.ListFeedback
    | feedback.ShowFeedback
    | feedback.ShowPapers
    | feedback.AnswerFeedback
    | feedback.JudgeAnswer
    | feedback.OpenFeedback,
    Field(discriminator="call"),
]

ANY_CALL: TypeAdapter[AnyCall] = TypeAdapter(AnyCall)
