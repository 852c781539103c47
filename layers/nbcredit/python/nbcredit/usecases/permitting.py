"""The gate before every answer: one declared matrix decides, and refusals are entered (A18.1)."""

from dataclasses import dataclass

from nbcredit.domain.actors import Actor
from nbcredit.domain.audit import Act, Outcome
from nbcredit.domain.members import Member
from nbcredit.domain.organisations import Organisation
from nbcredit.domain.permissions import NotPermitted, Scope, allowed
from nbcredit.usecases.audit import AuditTrail
from nbcredit.usecases.receiving import Organisations


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets a call through, or refuses it; what a call's ids point to is for its use case."""

    organisations: Organisations
    trail: AuditTrail

    def admit(
        self, member: Member, call: str, *, concerns: str = "", purpose: str, address: str
    ) -> Actor:
        """Return whom the call comes from, or raise `NotPermitted`.

        `concerns` is the organisation that the call itself names, empty where it names none.
        """
        by = member.actor(address)
        try:
            self._check(member, call, concerns)
        except NotPermitted as refusal:
            act = Act(
                action=call,
                actor=by,
                purpose=purpose,
                outcome=Outcome.REFUSED,
                detail={"code": refusal.code, "concerns": concerns},
            )
            self.trail.record(act)
            raise
        return by

    def _check(self, member: Member, call: str, concerns: str) -> None:
        own = member.organisation
        scope = allowed(call, permissions=member.permissions, kind=own.kind)
        if concerns and not self._reaches(scope, own, concerns):
            raise NotPermitted

    def _reaches(self, scope: Scope, own: Organisation, concerns: str) -> bool:
        if scope is Scope.EVERYWHERE or concerns == own.code:
            return True
        found = self.organisations.directory().by_code.get(concerns)
        return scope is Scope.REGION and found is not None and found.region == own.region
