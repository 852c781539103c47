"""The digest of a day: the trail proven once more, and one hash over its checkpoints (A20.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from nbcredit.domain import merkle
from nbcredit.domain.audit import Verdict, window_of
from nbcredit.domain.checkpoints import Checkpoint, canonical
from nbcredit.domain.periods import SHANGHAI, business_date
from nbcredit.usecases.ports import Deadline
from nbcredit.usecases.proving import Proving
from nbcredit.usecases.seals import SealStore, Signer

# A digest that could not be made is made up for as long as this.
_DAYS: Final = 7
_ENOUGH_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Digests:
    """Proves each day that is sealed to its end, and signs what was found."""

    seals: SealStore
    proving: Proving
    signer: Signer

    def run(self, *, sealed_until: datetime, deadline: Deadline) -> dict[date, Verdict]:
        """Make the digests that are missing; return the verdicts."""
        today = business_date(sealed_until)
        made: dict[date, Verdict] = {}
        for day in (today - timedelta(days=back) for back in range(_DAYS, 0, -1)):
            if deadline.remaining() < _ENOUGH_SECONDS:
                break
            checkpoints = self._missing(day)
            if checkpoints:
                made[day] = self._make(day, checkpoints)
        return made

    def _missing(self, day: date) -> Sequence[Checkpoint]:
        """Return the checkpoints of a day without a digest."""
        if self.seals.digest(day) is not None:
            return ()
        begin, end = _bounds(day)
        signed = self.seals.checkpoints(since=window_of(begin), until=window_of(end))
        trust = self.proving.trust
        keys = trust.keys(self.seals.public_keys())
        read = [trust.read(each, keys) for each in signed]
        return [each for each in read if each is not None]

    def _make(self, day: date, checkpoints: Sequence[Checkpoint]) -> Verdict:
        begin, end = _bounds(day)
        verdict = self.proving.verdict(since=begin, until=end - timedelta(microseconds=1))
        told = {
            "kind": "nbcredit-audit-digest",
            "date": day.isoformat(),
            "first": checkpoints[0].number,
            "last": checkpoints[-1].number,
            "entries": sum(each.entries for each in checkpoints),
            "root": merkle.root([each.hash for each in checkpoints]),
            "whole": verdict.whole,
            "first_bad": verdict.first_bad,
            "reason": verdict.reason,
        }
        self.seals.put_digest(self.signer.sign(canonical(told)), day=day)
        return verdict


def _bounds(day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time(), tzinfo=SHANGHAI)
    return begin, begin + timedelta(days=1)
