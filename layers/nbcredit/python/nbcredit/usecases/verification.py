"""Verifying claims about a subject: two requests, one verdict (A14.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nbcredit.domain.actors import Actor
from nbcredit.domain.subjects import SubjectKey, SubjectRef
from nbcredit.domain.verification import CLAIMS, BadClaims, Verdict, comparable, judge
from nbcredit.usecases.access import Access, Reading
from nbcredit.usecases.plans import Hashes


class DigestReader(Protocol):
    """The keyed hashes of what can be verified, kept beside each subject."""

    def digests(self, key: SubjectKey) -> Mapping[str, str] | None: ...


class ClaimHashes(Hashes, Protocol):
    """The keyed hashes, with those that claims are compared by."""

    def digest(self, subject: SubjectKey, field: str, value: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Verification:
    """Compares claims with digests: no stored value is opened, none comes back."""

    reader: DigestReader
    hashes: ClaimHashes
    access: Access

    def verify(
        self, ref: SubjectRef, claims: Mapping[str, str], *, by: Actor, purpose: str
    ) -> Verdict:
        """Return the verdict on all claims together, or raise `BadClaims`."""
        if not claims or not CLAIMS[ref.kind].issuperset(claims):
            raise BadClaims(ref.kind)
        key = self.hashes.subject_key(ref)
        reading = Reading(action="subject-verified", by=by, purpose=purpose, about=key.text)
        self.access.allow(reading)
        claimed = {
            field: self.hashes.digest(key, field, comparable(field, value))
            for field, value in claims.items()
        }
        verdict = judge(ref.kind, stored=self.reader.digests(key), claimed=claimed)
        self.access.witness(reading, verdict=verdict.value, claims=" ".join(sorted(claims)))
        return verdict
