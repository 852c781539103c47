"""Uploads by form: who may put which file where, and whose file it is that arrived (A5.1, F44)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.file_names import plain_name
from nbcredit.domain.periods import business_date
from nbcredit.domain.submissions import submission_id
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.domain.uploads import FORM_LIFE, FileTooLarge, PreparedUpload, is_form_id
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.ownership import check_reporter, insist_on_duty
from nbcredit.usecases.ports import Clock, IdFactory
from nbcredit.usecases.receiving import Catalogues, Organisations, Upload

_PURPOSE: Final = "信用信息报送"
# No file is read from there, and no form for it is given out.
_NOWHERE: Final = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a browser or a program posts: the fields as they are, then the file."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedForm:
    """A form with what it is for and when it ends."""

    upload: PreparedUpload
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A file that was put for its provider, and the submission that it becomes."""

    upload: PreparedUpload
    submission: str


class FormBucket(Protocol):
    """The bucket that takes files by signed forms."""

    def put(self, key: str, body: bytes) -> str:
        """Put a file; return the version of the object."""
        ...

    def form(self, key: str, *, size: int, sha256: str, life: timedelta) -> Form:
        """Return a form for exactly that key and size, and those bytes where they are known."""
        ...


class PreparedUploads(Protocol):
    """The forms that were given out."""

    def keep(self, upload: PreparedUpload, *, act: Act) -> None: ...

    def get(self, upload_id: str) -> PreparedUpload | None: ...

    def arrive(self, upload_id: str, version: str) -> bool:
        """Note what came with a form; return whether it is the first, be it told again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTold:
    """What is told of a file before it is uploaded; the hash may be left open."""

    name: str
    size: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Preparing:
    """Gives out forms, each for one file of one duty."""

    bucket: FormBucket
    prepared: PreparedUploads
    catalogues: Catalogues
    organisations: Organisations
    clock: Clock
    ids: IdFactory
    largest: int

    def prepare(
        self, *, provider: str, item: str, period: str, file: FileTold, by: Actor
    ) -> PreparedForm:
        """Return the form for a file of a duty, or refuse whoever may not report it (A5.1)."""
        check_reporter(provider, by=by)
        now, number = self.clock.now(), self.ids.new()
        place = UploadKey(provider, item, period, number)
        on = business_date(now)
        insist_on_duty(
            place,
            on=on,
            catalogue=self.catalogues.in_force(on),
            directory=self.organisations.directory(),
        )
        return self.form_for(str(place), file, number=number, at=now, by=by)

    def place(self) -> str:
        """Return the address that every form is posted to: a page has to allow it beforehand."""
        return self.bucket.form(_NOWHERE, size=0, sha256="", life=FORM_LIFE).url

    def deliver(
        self, *, provider: str, item: str, period: str, name: str, content: bytes, by: Actor
    ) -> Delivered:
        """Put a file of a duty as its form would: its event tells whose it is, as ever."""
        sha256 = hashlib.sha256(content).hexdigest()
        told = FileTold(name=name, size=len(content), sha256=sha256)
        prepared = self.prepare(provider=provider, item=item, period=period, file=told, by=by)
        self.bucket.put(prepared.upload.key, content)
        identity = submission_id(provider=provider, item=item, period=period, sha256=sha256)
        return Delivered(upload=prepared.upload, submission=identity)

    def form_for(
        self, key: str, file: FileTold, *, number: str, at: datetime, by: Actor
    ) -> PreparedForm:
        """Return a form for a key; whoever asks has made sure that it may be."""
        if file.size > self.largest:
            raise FileTooLarge(self.largest)
        upload = PreparedUpload(
            id=number,
            key=key,
            name=plain_name(file.name),
            size=file.size,
            sha256=file.sha256,
            prepared_at=at,
            prepared_by=by,
        )
        form = self.bucket.form(key, size=file.size, sha256=file.sha256, life=FORM_LIFE)
        self.prepared.keep(
            upload,
            act=Act(
                action="upload-prepared",
                actor=by,
                purpose=_PURPOSE,
                about=(number,),
                detail={"key": key, "size": str(file.size)},
            ),
        )
        return PreparedForm(upload=upload, form=form)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Tells what came with a form from what was put with somebody's own credentials."""

    prepared: PreparedUploads
    trail: AuditTrail

    def known(self, upload: Upload) -> Upload | None:
        """Return the upload with what its form told of it; `None` where the form was used before.

        Whoever signed the form is no person: who asked for it is the one who reports (A5.3).
        """
        number = upload.key.rpartition("/")[2]
        told = self.prepared.get(number) if is_form_id(number) else None
        if told is None or told.key != upload.key:
            return upload
        if not self.prepared.arrive(number, upload.version_id):
            self._replayed(upload, told)
            return None
        return replace(
            upload,
            by=replace(told.prepared_by, address=upload.by.address),
            form=told,
        )

    def _replayed(self, upload: Upload, told: PreparedUpload) -> None:
        self.trail.record(
            Act(
                action="upload-ignored",
                actor=upload.by,
                purpose=_PURPOSE,
                about=(told.id,),
                outcome=Outcome.REFUSED,
                detail={"reason": "form-used-before", "version": upload.version_id},
            )
        )
