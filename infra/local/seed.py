"""What a new deployment knows before the first file: its directory and its catalogue."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from infra.local.deploy import ROOT
from nbcredit.command.calls import CallRefused, Client, Invoke, caller_of
from nbcredit.domain.catalogue import EffectInThePast, VersionPublished
from nbcredit.domain.organisations import OrganisationKind
from nbcredit.usecases.calendars import EditionTaken
from nbcredit.wire.calendars import LoadCalendar
from nbcredit.wire.calls import Caller
from nbcredit.wire.catalogue import PublishCatalogue
from nbcredit.wire.organisations import OrganisationBody, RegisterOrganisations

ORGANISATIONS: Final = Path(__file__).with_name("organisations.json")
VERSION: Final = "2026-1"
CATALOGUE: Final = ROOT / "schemas" / "catalogue" / VERSION
EFFECTIVE_FROM: Final = date(2026, 1, 1)

CALENDARS: Final = ROOT / "schemas" / "calendar"

_OPERATOR: Final = "infra-local"
_PURPOSE: Final = "本机云初始数据"


def seed(invoke: Invoke) -> None:
    """Enter organisations, catalogue and calendar; a second time changes nothing."""
    listed = organisations()
    centre = _acting_as(OrganisationKind.CENTRE, listed)
    Client(invoke, centre).call(
        RegisterOrganisations(caller=centre, purpose=_PURPOSE, organisations=listed)
    )
    office = _acting_as(OrganisationKind.OFFICE, listed)
    try:
        Client(invoke, office).call(
            PublishCatalogue(
                caller=office,
                purpose=_PURPOSE,
                version=VERSION,
                effective_from=EFFECTIVE_FROM,
                schemas=schemas(),
            )
        )
    except CallRefused as refused:
        # Where a catalogue is in force already, its own date of effect has passed.
        if refused.problem.code not in {VersionPublished.code, EffectInThePast.code}:
            raise
    for document in calendars():
        _load(Client(invoke, office), document)


def _load(client: Client, document: dict[str, Any]) -> None:
    call = LoadCalendar(caller=client.caller, purpose=_PURPOSE, document=document)
    try:
        client.call(call)
    except CallRefused as refused:
        # A newer edition is there, and stays.
        if refused.problem.code != EditionTaken.code:
            raise


def calendars() -> list[dict[str, Any]]:
    """Return the shipped years of the working-day calendar."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(CALENDARS.glob("*.json"))]


def organisations() -> list[OrganisationBody]:
    """Return the invented organisations; none of the credit codes is anybody's."""
    listed = json.loads(ORGANISATIONS.read_text(encoding="utf-8"))
    return [OrganisationBody.model_validate(each) for each in listed]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the shipped catalogue, one schema an item, by the item's code."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CATALOGUE.glob("*.json"))
    }


def _acting_as(kind: OrganisationKind, listed: list[OrganisationBody]) -> Caller:
    code = next(each.code for each in listed if each.kind is kind)
    return caller_of(id=_OPERATOR, organisation=code)
