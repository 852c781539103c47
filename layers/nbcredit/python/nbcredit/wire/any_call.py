"""Every call there is, told apart by its name."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from nbcredit.wire import (
    accounts,
    audit,
    calendars,
    cases,
    catalogue,
    catalogue_drafts,
    certificates,
    checks,
    duties,
    exchange,
    feedback,
    inbox,
    off_catalogue,
    organisations,
    records,
    reporting,
    returned_rows,
    submissions,
    supervision,
    uploads,
)

AnyCall = Annotated[
    submissions.ShowSubmission
    | calendars.ShowCalendar
    | calendars.LoadCalendar
    | calendars.ComputeDue
    | duties.ReportNothing
    | duties.ShowDuties
    | duties.ClosePeriod
    | duties.ExplainObligation
    | inbox.ShowInbox
    | submissions.ListSubmissions
    | submissions.ListReported
    | submissions.ListIssues
    | records.ReadSubject
    | records.VerifySubject
    | records.TraceRecord
    | catalogue.ShowCatalogue
    | catalogue.ShowItem
    | catalogue.ShowTemplate
    | catalogue.PublishCatalogue
    | catalogue.TryCatalogue
    | catalogue_drafts.CompareCatalogue
    | catalogue_drafts.DraftItem
    | organisations.RegisterOrganisations
    | organisations.ListOrganisations
    | audit.VerifyAudit
    | audit.SearchAudit
    | audit.ExportAudit
    | audit.WhoLooked
    | cases.ListCases
    | cases.ShowCase
    | cases.DecideCase
    | reporting.ReportRows
    | reporting.WithdrawRecords
    | uploads.PrepareUpload
    | uploads.ShowUploadPlace
    | uploads.DeliverFile
    | checks.CheckFile
    | off_catalogue.PrepareAttachment
    | off_catalogue.DeliverAttachment
    | off_catalogue.ReportOffCatalogue
    | off_catalogue.ListOffCatalogue
    | off_catalogue.ShowOffCatalogue
    | off_catalogue.CoverOffCatalogue
    | off_catalogue.CloseOffCatalogue
    | feedback.ListFeedback
    | feedback.ShowFeedback
    | feedback.ShowPapers
    | returned_rows.ShowReturnedRow
    | feedback.AnswerFeedback
    | feedback.JudgeAnswer
    | feedback.OpenFeedback
    | accounts.ApplyForAccount
    | accounts.ListAccounts
    | accounts.ShowAccount
    | accounts.ApproveAccount
    | accounts.RefuseAccount
    | accounts.SuspendAccount
    | accounts.ResumeAccount
    | accounts.CloseAccount
    | accounts.ConfirmPosts
    | accounts.HandOutCode
    | certificates.RequestCertificate
    | certificates.RenewCertificate
    | certificates.ShowCertificate
    | certificates.RevokeCertificate
    | certificates.ListExpiring
    | certificates.ShowAuthority
    | certificates.ShowRevocations
    | exchange.PrepareExchangeFile
    | exchange.DeliverExchangeFile
    | exchange.PostNotice
    | exchange.AskQuestion
    | exchange.AnswerQuestion
    | exchange.CloseQuestion
    | exchange.ListPosts
    | exchange.ShowPost
    | exchange.ListReaders
    | supervision.ListObligations
    | supervision.ListQueues
    | supervision.UrgeObligation
    | supervision.ShowRecord
    | supervision.ShowRegions,
    Field(discriminator="call"),
]

ANY_CALL: TypeAdapter[AnyCall] = TypeAdapter(AnyCall)
