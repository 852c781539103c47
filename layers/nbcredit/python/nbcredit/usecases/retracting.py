"""Taking records out of view: withdrawn ones, and those whose place a correction takes (A7.3).

A record keeps its place and its history; its current version says that it was withdrawn and why.
Whatever order withdrawals and corrections are processed in, the latest of those that name a record
decides over it, and over what earlier ones had put in its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from nbcredit.domain.records import REASON, Record, RecordId, Version
from nbcredit.domain.subjects import Subject, SubjectKey, SubjectKind
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.plans import Change, Plan, Put, StoredHead, SubjectStore

REPLACED: Final = "已由更正后的记录取代。"
SUPERSEDED: Final = "所更正的记录后来又被更正或撤回，本记录随之撤回。"
_SEALED: Final = frozenset({REASON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A row that names a record: why it leaves, and which record takes its place, if one does."""

    row: int
    record: RecordId
    reason: str
    own: RecordId | None = None
    region: str = ""
    role: str = ""


@dataclass(slots=True)
class Retracting:
    """Decides what becomes of the records that the rows of one chunk name."""

    submission: Submission
    store: SubjectStore
    previous: Plan | None
    heads: dict[RecordId, StoredHead] = field(default_factory=dict)
    profiles: dict[SubjectKey, Subject] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    _puts: list[Put] = field(default_factory=list)

    @property
    def version(self) -> Version:
        return self.submission.version

    def look(self, records: Iterable[RecordId]) -> None:
        """Read records with what replaced them, and those that an earlier plan retracted."""
        wanted = {*records, *(self.store.heads_among(self.previous.puts) if self.previous else ())}
        self._read(wanted)
        self._read(
            RecordId.parse(found.head.replaced_by)
            for found in list(self.heads.values())
            if found.head.replaced_by
        )

    def _read(self, records: Iterable[RecordId]) -> None:
        missing = {each for each in records if each not in self.heads}
        if missing:
            heads, profiles = self.store.read(missing, {each.subject for each in missing})
            self.heads |= heads
            self.profiles |= profiles

    def is_own(self, record: RecordId) -> bool:
        """Whether the record is there, of this item and of this provider."""
        found = self.heads.get(record)
        return (
            found is not None
            and record.item == self.submission.item
            and found.head.provider == self.submission.provider
        )

    def overtaken(self, named: Named) -> bool:
        """Whether a later correction or withdrawal of the record has come already."""
        return self.heads[named.record].head.version > self.version

    def touches(self, named: Named) -> set[RecordId]:
        """Return all records whose end the row decides."""
        replaced_by = self.heads[named.record].head.replaced_by
        touched = {named.record, named.own, RecordId.parse(replaced_by) if replaced_by else None}
        return {each for each in touched if each is not None}

    def retract(self, named: Named) -> None:
        """Withdraw the named record, and what an earlier correction had put in its place.

        What is undone of a correction counts but a moment later than it, whatever undid it: so no
        order shows in it, and what was said of that record since stands.
        """
        stored, own = self.heads[named.record].head, str(named.own or "")
        mine = Record(
            id=named.record,
            version=self.version,
            # No row ever says the same.
            fingerprint="",
            provider=self.submission.provider,
            row=named.row,
            catalogue=self.submission.catalogue,
            region=stored.region,
            role=stored.role,
            values={REASON: named.reason},
            withdrawn=True,
            replaced_by=own,
        )
        if named.own != named.record:
            self._withdraw(mine)
        gone = replace(mine, values={REASON: SUPERSEDED}, replaced_by="")
        if stored.version < self.version and stored.replaced_by not in ("", own):
            before = RecordId.parse(stored.replaced_by)
            head = self.heads[before].head
            self._withdraw(
                replace(
                    gone,
                    id=before,
                    version=stored.version.undone,
                    row=stored.row,
                    catalogue=stored.catalogue,
                    region=head.region,
                    role=head.role,
                )
            )
        elif stored.version > self.version and named.own not in (None, named.record):
            stands = stored.replaced_by or ("" if stored.withdrawn else str(named.record))
            if stands != own:
                self._withdraw(
                    replace(
                        gone,
                        id=named.own,
                        version=self.version.undone,
                        region=named.region,
                        role=named.role,
                    )
                )

    def _withdraw(self, withdrawn: Record) -> None:
        subject = self.profiles[withdrawn.id.subject]
        personal = subject.key.kind is SubjectKind.NATURAL_PERSON
        put = self.store.head_put(withdrawn, subject, _SEALED if personal else frozenset())
        self._place(withdrawn.id, put, region=withdrawn.region)

    def _place(self, record: RecordId, put: Put, *, region: str) -> None:
        """Let the put be the record's current version, or a former one where a later one stands."""
        stored, version = self.heads.get(record), self.store.version_of(put)
        if stored is not None and stored.head.version > version:
            self._puts.append(self.store.replaced_put(put))
            return
        if stored is not None and stored.head.version == version:
            # Written before the lease was lost; nobody has been told of it yet.
            before = self.previous.changes if self.previous is not None else ()
            self.changes.extend(change for change in before if change.record == str(record))
            return
        if stored is not None:
            self._puts.append(self.store.replaced_put(stored.item))
        self._puts.append(put)
        self.changes.append(Change(str(record), str(version), region))

    def puts(self, own: Mapping[RecordId, Put]) -> list[Put]:
        """Return all that is to be written, each place once.

        What an earlier plan retracted, and may not have written, is retracted again; `own` are the
        rows' own records, which are planned elsewhere.
        """
        planned = self.store.heads_among(self._puts)
        if self.previous is not None:
            for record, put in self.store.heads_among(self.previous.puts).items():
                if record not in planned and record not in own:
                    stored = self.heads.get(record)
                    self._place(record, put, region=stored.head.region if stored else "")
        return self._puts
