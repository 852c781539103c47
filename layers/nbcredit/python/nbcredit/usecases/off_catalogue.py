"""Off-catalogue information: kept for its provider, centre and office, until covered (A5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.audit import Act
from nbcredit.domain.errors import BadRequest, Forbidden
from nbcredit.domain.events import Event, EventKind
from nbcredit.domain.off_catalogue import (
    Closing,
    Coverage,
    Information,
    Named,
    State,
    UnknownInformation,
    information_id,
    refuse_numbers,
)
from nbcredit.domain.organisations import CENTRE, OFFICE
from nbcredit.domain.periods import business_date
from nbcredit.domain.subjects import SubjectRef
from nbcredit.domain.submissions import State as SubmissionState, Submission
from nbcredit.usecases.attachments import Attachments
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.inbox import Inbox, Message
from nbcredit.usecases.ownership import check_reporter
from nbcredit.usecases.plans import Hashes
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Catalogues, Organisations
from nbcredit.usecases.submissions import SubmissionStore
from nbcredit.usecases.uploads import FileTold, PreparedForm
from nbcredit.usecases.visibility import OVERSEERS, Visibility

_PURPOSE: Final = "目录外信息报送"
_RELAY: Final = Actor.platform("relay_outbox")


class NotAProvider(BadRequest):
    """Nobody of this code is in the directory."""

    code = "not-a-provider"

    def __init__(self, provider: str) -> None:
        super().__init__(f"机构目录中没有“{provider}”：请核对单位代码，或请信用中心先登记本单位。")


class NotForProviders(Forbidden):
    """Centre and office say which item covers what was outside the catalogue."""

    code = "not-for-providers"

    def __init__(self) -> None:
        super().__init__("只有市信用办和信用中心可以把目录外信息纳入目录项。")


class NotItsItem(BadRequest):
    """The catalogue does not assign the item to the provider of the information."""

    code = "not-its-item"

    def __init__(self, item_name: str, provider: str) -> None:
        super().__init__(
            f"目录没有把“{item_name}”分配给“{provider}”：请选分配给该单位的目录项，"
            "或先发布包含该单位的目录版本。"
        )


class NotTheReport(BadRequest):
    """The submission is not one that reports the information under its item."""

    code = "not-the-report"

    def __init__(self, submission: str) -> None:
        super().__init__(
            f"批次 {submission} 不是该单位按纳入的目录项报送并已完成的批次：请核对批次号。"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A subject that the information is about, as its provider names it."""

    ref: SubjectRef
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider reports; `upload` is the number of the form its file came with."""

    provider: str
    title: str
    legal_basis: str
    description: str
    subjects: Sequence[Mention] = ()
    upload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A piece with its subjects in the clear, and where its file can be fetched for a while."""

    information: Information
    subjects: Sequence[Named]
    address: str | None


class InformationReader(Protocol):
    """The information without its subjects."""

    def get(self, information_id: str) -> Information:
        """Return a piece, or raise `UnknownInformation`."""
        ...


class InformationStore(InformationReader, Protocol):
    """Keeps the information; what is personal is sealed."""

    def keep(self, information: Information, subjects: Sequence[Named], *, act: Act) -> bool:
        """Store a new piece; return `False`, changing nothing, where its id is known."""
        ...

    def named(self, information_id: str) -> Sequence[Named]:
        """Return the subjects of a piece, opened."""
        ...

    def change(self, information: Information, *, act: Act, event: Event | None = None) -> None:
        """Save a change, or raise `StaleInformation` where somebody was faster."""
        ...

    def all(self, provider: str = "") -> Sequence[Information]:
        """Return those of a provider, or of everybody."""
        ...


@dataclass(frozen=True, slots=True)
class OffCatalogue:
    """Takes, shows, covers and closes off-catalogue information."""

    store: InformationStore
    submissions: SubmissionStore
    attachments: Attachments
    catalogues: Catalogues
    organisations: Organisations
    hashes: Hashes
    trail: AuditTrail
    clock: Clock
    ids: IdFactory

    def prepare_file(self, provider: str, file: FileTold, *, by: Actor) -> PreparedForm:
        """Return the form for an attachment, under a prefix that nothing is read from."""
        self._check(provider, by)
        return self.attachments.prepare(provider, file, by=by)

    def deliver_file(self, provider: str, name: str, content: bytes, *, by: Actor) -> str:
        """Put a file as its form would; return the number that it is named by."""
        told = FileTold(name=name, size=len(content), sha256="")
        prepared = self.prepare_file(provider, told, by=by)
        self.attachments.put(prepared, content)
        return prepared.upload.id

    def report(self, report: Report, *, by: Actor) -> Information:
        """Keep what is reported; told again, it is the same piece."""
        self._check(report.provider, by)
        refuse_numbers(标题=report.title, 依据=report.legal_basis, 说明=report.description)
        named = [self._named(each) for each in report.subjects]
        file = self.attachments.uploaded(report.provider, report.upload) if report.upload else None
        information = Information(
            id=information_id(
                provider=report.provider,
                texts=(report.title, report.legal_basis, report.description),
                subjects=[each.key for each in named],
                file_hash=file.sha256 if file else "",
            ),
            provider=report.provider,
            title=report.title,
            legal_basis=report.legal_basis,
            description=report.description,
            subjects=tuple(each.key for each in named),
            file=file,
            reported_at=self.clock.now(),
            reported_by=by,
        )
        act = _act("off-catalogue-reported", information, by=by, purpose=_PURPOSE)
        if self.store.keep(information, named, act=act):
            return information
        return self.store.get(information.id)

    def all(self, provider: str, *, by: Actor) -> list[Information]:
        """Return what the caller may see, newest first; of another provider there is none."""
        if by.kind is not ActorKind.COUNTY and by.organisation not in OVERSEERS:
            provider = provider or by.organisation
        seen = Visibility(self.organisations)
        found = (each for each in self.store.all(provider) if seen(by, each.provider))
        return sorted(found, key=lambda each: each.reported_at, reverse=True)

    def show(self, information_id: str, *, by: Actor, purpose: str) -> Shown:
        """Return a piece with its subjects: that it was read is entered first (A20.1)."""
        information = self._visible(information_id, by)
        self.trail.record(_act("off-catalogue-read", information, by=by, purpose=purpose))
        file = information.file
        return Shown(
            information=information,
            subjects=self.store.named(information.id),
            address=self.attachments.address(file) if file else None,
        )

    def cover(
        self, information_id: str, *, item: str, version: str, by: Actor, purpose: str
    ) -> Information:
        """Say which item of which catalogue version covers it; its provider is told to report."""
        if by.organisation not in (CENTRE, OFFICE):
            raise NotForProviders
        information = self._visible(information_id, by)
        now = self.clock.now()
        catalogue = (
            self.catalogues.get(version)
            if version
            else self.catalogues.in_force(business_date(now))
        )
        covering = catalogue.item(item)
        if information.provider not in covering.providers:
            raise NotItsItem(covering.name, information.provider)
        known = information.coverage
        if known and (known.item, known.version) == (item, catalogue.version):
            return information
        covered = information.covered(
            Coverage(
                item=item,
                item_name=covering.name,
                version=catalogue.version,
                effective_from=catalogue.effective_from,
                at=now,
                by=by,
            )
        )
        event = Event(
            id=self.ids.new(),
            kind=EventKind.OFF_CATALOGUE_COVERED,
            at=now,
            subject=covered.id,
            detail={"provider": covered.provider},
        )
        act = _act("off-catalogue-covered", covered, by=by, purpose=purpose)
        self.store.change(covered, act=act, event=event)
        return covered

    def close(
        self, information_id: str, *, submission: str, by: Actor, purpose: str
    ) -> Information:
        """Close what its provider has reported under the item that covers it."""
        information = self._visible(information_id, by)
        check_reporter(information.provider, by=by)
        if information.closing and information.closing.submission == submission:
            return information
        closed = information.closed(Closing(submission=submission, at=self.clock.now(), by=by))
        if not _reports(self.submissions.get(submission), information):
            raise NotTheReport(submission)
        act = _act("off-catalogue-closed", closed, by=by, purpose=purpose)
        self.store.change(closed, act=act)
        return closed

    def _check(self, provider: str, by: Actor) -> None:
        check_reporter(provider, by=by)
        if provider not in self.organisations.directory().by_code:
            raise NotAProvider(provider)

    def _visible(self, information_id: str, by: Actor) -> Information:
        """Return a piece, or raise `UnknownInformation` just as if there were none."""
        information = self.store.get(information_id)
        if not Visibility(self.organisations)(by, information.provider):
            raise UnknownInformation(information_id)
        return information

    def _named(self, mention: Mention) -> Named:
        ref = replace(mention.ref, name=mention.name)
        return Named(
            key=self.hashes.subject_key(ref),
            document_type=ref.document_type,
            number=ref.number,
            name=ref.name,
        )


@dataclass(frozen=True, slots=True)
class Invitations:
    """Tells a provider to report under its item what was outside the catalogue."""

    store: InformationReader
    inbox: Inbox

    def follow(self, event: Event) -> None:
        if event.kind is not EventKind.OFF_CATALOGUE_COVERED:
            return
        information = self.store.get(event.subject)
        coverage = information.coverage
        if coverage is None or information.state is not State.COVERED:
            return
        message = Message(
            organisation=information.provider,
            day=business_date(event.at),
            topic=f"covered-{information.id}-{coverage.version}-{coverage.item}",
            at=event.at,
            subject=f"目录外信息已纳入目录：{information.title}",
            lines=(
                f"编号 {information.id}",
                f"目录 {coverage.version} 版，{coverage.effective_from} 起生效。",
                f"请按目录项“{coverage.item_name}”（{coverage.item}）报送。",
                "完成后在工作网站的“目录外信息”中打开这一条办结。",
                f"也可以用命令办结：nbcredit off-catalogue close {information.id} 批次号",
            ),
        )
        self.inbox.leave(message, by=_RELAY)


def _reports(submission: Submission, information: Information) -> bool:
    coverage = information.coverage
    return (
        coverage is not None
        and submission.provider == information.provider
        and submission.item == coverage.item
        and submission.state is SubmissionState.SETTLED
    )


def _act(action: str, information: Information, *, by: Actor, purpose: str) -> Act:
    return Act(
        action=action,
        actor=by,
        purpose=purpose,
        about=(information.id, *(each.text for each in information.subjects)),
        detail={
            "provider": information.provider,
            **(
                {"item": information.coverage.item, "version": information.coverage.version}
                if information.coverage
                else {}
            ),
            **({"submission": information.closing.submission} if information.closing else {}),
        },
    )
