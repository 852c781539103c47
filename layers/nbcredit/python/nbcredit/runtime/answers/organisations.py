"""Calls about the directory of organisations."""

from dataclasses import dataclass

from nbcredit.domain.organisations import Organisation
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.organisations import Organisations
from nbcredit.wire.calls import Done
from nbcredit.wire.organisations import (
    ListOrganisations,
    OrganisationList,
    RegisterOrganisations,
    organisation_list,
)


@dataclass(frozen=True, slots=True)
class OrganisationAnswers:
    """Enters organisations, and shows the directory."""

    organisations: Organisations

    def all(self) -> Answers:
        return {RegisterOrganisations: self._register, ListOrganisations: self._list}

    def _register(self, call: RegisterOrganisations, asked: Asked) -> Done:
        organisations = [Organisation(**dict(each)) for each in call.organisations]
        self.organisations.register(organisations, by=asked.by, purpose=call.purpose)
        return Done(count=len(organisations))

    def _list(self, _call: ListOrganisations, _asked: Asked) -> OrganisationList:
        return organisation_list(self.organisations.store.directory())
