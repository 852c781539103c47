"""Calls about the directory of organisations."""

from dataclasses import dataclass

from nbcredit.domain.organisations import Organisation
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.organisations import Organisations
from nbcredit.wire.calls import Done
from nbcredit.wire.organisations import RegisterOrganisations


@dataclass(frozen=True, slots=True)
class OrganisationAnswers:
    """Enters organisations."""

    organisations: Organisations

    def all(self) -> Answers:
        return {RegisterOrganisations: self._register}

    def _register(self, call: RegisterOrganisations, asked: Asked) -> Done:
        organisations = [Organisation(**dict(each)) for each in call.organisations]
        self.organisations.register(organisations, by=asked.by, purpose=call.purpose)
        return Done(count=len(organisations))
