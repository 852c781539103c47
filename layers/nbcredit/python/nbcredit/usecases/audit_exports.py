"""Handing out entries with their proof, and checking what was handed out (A20.1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import WINDOW, start_of, window_of
from nbcredit.domain.audit_proofs import (
    Checked,
    Exported,
    checkpoint_line,
    entry_line,
    key_line,
    unproven,
)
from nbcredit.domain.checkpoints import LONGEST, Checkpoint, Signed
from nbcredit.usecases.audit_search import AuditSearch, Page, Search
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.seals import SealStore, Signatures


@dataclass(frozen=True, slots=True)
class AuditExports:
    """Returns what a search finds as lines that prove themselves."""

    searching: AuditSearch
    seals: SealStore

    def export(
        self, search: Search, *, by: Actor, purpose: str, deadline: Deadline
    ) -> tuple[Sequence[str], Page]:
        """Return keys, checkpoints and entries, a line each, and the page they are of."""
        page = self.searching.search(
            search, by=by, purpose=purpose, deadline=deadline, action="audit-exported"
        )
        return list(self._lines(page)), page

    def _lines(self, page: Page) -> Iterator[str]:
        if not page.found:
            return
        windows = [entry.partition.partition("#")[0] for entry, _ in page.found]
        signed = self._signed(min(windows), max(windows))
        keys = self.seals.public_keys()
        for fingerprint in sorted({each.key for each, _ in signed} & keys.keys()):
            yield key_line(keys[fingerprint], fingerprint=fingerprint)
        for each, _ in signed:
            yield checkpoint_line(each)
        for (entry, _), window in zip(page.found, windows, strict=True):
            checkpoint = next((own for _, own in signed if own.covers(window)), None)
            yield entry_line(
                entry, checkpoint=checkpoint, partition=page.partitions[entry.partition]
            )

    def _signed(self, first: str, last: str) -> list[tuple[Signed, Checkpoint]]:
        found = self.seals.checkpoints(
            since=window_of(start_of(first) - LONGEST), until=window_of(start_of(last) + WINDOW)
        )
        read = [(each, Checkpoint.read(each.content)) for each in found if each.content]
        return [(each, own) for each, own in read if own.until > first]


@dataclass(frozen=True, slots=True)
class ExportChecks:
    """Checks a file with nothing but what is in it, and the key that one trusts."""

    signatures: Signatures

    def check(self, lines: Iterable[str], *, trusted: str = "") -> Checked:
        """Return what the file proves; `trusted` is the key's fingerprint, got on another way."""
        file = Exported.read(lines)
        faults: dict[str, str] = {}
        good: dict[int, Checkpoint] = {}
        for signed in file.checkpoints:
            if self._holds(signed, file.keys, trusted):
                checkpoint = Checkpoint.read(signed.content)
                good[checkpoint.number] = checkpoint
        faults.update(unproven(file.entries, good))
        sealed = [each for each in file.entries if "checkpoint" in each]
        return Checked(
            proven=len([each for each in sealed if each["place"] not in faults]),
            unsealed=len(file.entries) - len(sealed),
            keys=tuple(sorted({each.key for each in file.checkpoints})),
            faults=faults,
        )

    def _holds(self, signed: Signed, keys: Mapping[str, str], trusted: str) -> bool:
        pem = keys.get(signed.key, "")
        return (
            trusted in ("", signed.key)
            and bool(pem)
            and self.signatures.fingerprint(pem) == signed.key
            and self.signatures.holds(signed, public_key=pem)
        )
