"""The names that pages show for the codes in views."""

from collections.abc import Mapping

from nbcredit.runtime.work_site.desk import Desk
from nbcredit.wire.catalogue import CatalogueView, ShowCatalogue
from nbcredit.wire.organisations import ListOrganisations, OrganisationList, OrganisationView

_PURPOSE = "显示单位和目录项名称"


def directory(desk: Desk) -> Mapping[str, OrganisationView]:
    """Return the organisations by code, in the order of the directory."""
    found = desk.ask(ListOrganisations, OrganisationList, purpose=_PURPOSE)
    return {each.code: each for each in found.organisations}


def organisation_names(desk: Desk) -> Mapping[str, str]:
    return {code: each.name for code, each in directory(desk).items()}


def item_names(desk: Desk) -> Mapping[str, str]:
    """Return the names of the items in force."""
    found = desk.ask(ShowCatalogue, CatalogueView, purpose=_PURPOSE)
    return {each.code: each.name for each in found.items}
