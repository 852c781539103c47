"""Every call there is, told apart by its name."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from nbcredit.wire import calls, reporting, uploads

AnyCall = Annotated[
    calls.ShowSubmission
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
    | reporting.ReportRows
    | uploads.PrepareUpload,
    Field(discriminator="call"),
]

ANY_CALL: TypeAdapter[AnyCall] = TypeAdapter(AnyCall)
