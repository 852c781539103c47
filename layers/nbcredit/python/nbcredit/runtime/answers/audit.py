"""Calls about the audit trail."""

from dataclasses import dataclass, replace

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.looks import Wanted
from nbcredit.domain.periods import business_date
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.runtime.answers.asked_subjects import (
    AsksAboutSubject,
    asked_subject,
    is_about_subject,
)
from nbcredit.usecases.audit import Audit
from nbcredit.usecases.audit_exports import AuditExports
from nbcredit.usecases.audit_search import Search
from nbcredit.usecases.catalogue import CatalogueStore
from nbcredit.usecases.organisations import OrganisationStore
from nbcredit.usecases.plans import Hashes
from nbcredit.usecases.ports import Clock
from nbcredit.wire.audit import (
    AuditExport,
    AuditPage,
    AuditQuery,
    AuditReport,
    ExportAudit,
    LooksView,
    SearchAudit,
    VerifyAudit,
    WhoLooked,
    audit_report,
    entry_view,
    look_view,
)


@dataclass(frozen=True, slots=True)
class AuditAnswers:
    """Proves the trail, finds what is in it, and hands it out."""

    audit: Audit
    exports: AuditExports
    hashes: Hashes
    catalogues: CatalogueStore
    organisations: OrganisationStore
    clock: Clock

    def all(self) -> Answers:
        return {
            VerifyAudit: self._verify,
            SearchAudit: self._search,
            ExportAudit: self._export,
            WhoLooked: self._who_looked,
        }

    def _verify(self, call: VerifyAudit, asked: Asked) -> AuditReport:
        found = self.audit.verify(
            since=call.since, until=call.until, by=asked.by, purpose=call.purpose
        )
        return audit_report(found)

    def _search(self, call: SearchAudit, asked: Asked) -> AuditPage:
        page = self.exports.searching.search(
            self._searched(call, call.limit),
            by=asked.by,
            purpose=call.purpose,
            deadline=asked.deadline,
            action="audit-searched",
        )
        entries = [entry_view(told) for _, told in page.found]
        return AuditPage(entries=entries, reached=page.reached, cursor=page.cursor)

    def _export(self, call: ExportAudit, asked: Asked) -> AuditExport:
        lines, page = self.exports.export(
            self._searched(call, call.limit),
            by=asked.by,
            purpose=call.purpose,
            deadline=asked.deadline,
        )
        return AuditExport(
            lines=list(lines),
            entries=[entry_view(told) for _, told in page.found],
            reached=page.reached,
            cursor=page.cursor,
        )

    def _who_looked(self, call: WhoLooked, asked: Asked) -> LooksView:
        told, cursor = self.exports.searching.who_looked(
            self._subject(call),
            limit=call.limit,
            cursor=call.cursor,
            by=asked.by,
            purpose=call.purpose,
        )
        directory = self.organisations.directory()
        return LooksView(
            looks=[look_view(each, directory=directory) for each in told], cursor=cursor
        )

    def _searched(self, call: AuditQuery, limit: int) -> Search:
        wanted = Wanted(
            actor=call.actor,
            organisation=call.organisation,
            action=call.action,
            outcome=call.outcome,
            about=call.about,
        )
        if is_about_subject(call):
            wanted = replace(wanted, about=self._subject(call))
        return Search(
            wanted=wanted, since=call.since, until=call.until, limit=limit, cursor=call.cursor
        )

    def _subject(self, call: AsksAboutSubject) -> str:
        return self.hashes.subject_key(asked_subject(call, self._in_force_today)).text

    def _in_force_today(self) -> Catalogue:
        return self.catalogues.in_force(business_date(self.clock.now()))
