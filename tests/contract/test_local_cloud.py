"""What the local cloud says of itself against the template, the documents and the samples."""

import re

from infra.local.gaps import NOT_ON_MINISTACK, Remedy
from infra.local.handover import DEFAULT_PROVIDERS
from infra.local.seed import organisations, schemas
from nbcredit.domain.identifiers import is_credit_code
from nbcredit.samples.authorities import directory
from tests.contract.deployment import ROOT, written

_ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<remedy>[^|]+) \| (?P<reason>[^|]+) \|$", re.M)


class TestGaps:
    def test_are_those_of_the_runbook(self) -> None:
        runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        section = runbook.split("### What MiniStack can't take")[1].split("\n## ")[0]

        told = [match.group("what", "remedy", "reason") for match in _ROW.finditer(section)][1:]

        assert told == [(gap.what, gap.remedy.value, gap.reason) for gap in NOT_ON_MINISTACK]

    def test_name_all_that_the_template_switches_off(self) -> None:
        off = {name for name, each in written().items() if each.get("Condition") == "InCloud"}

        assert off == {gap.what for gap in NOT_ON_MINISTACK if gap.remedy is Remedy.SWITCHED_OFF}


class TestOrganisations:
    def test_have_valid_codes_of_their_own(self) -> None:
        codes = [each.credit_code for each in organisations()]

        assert all(is_credit_code(code) for code in codes)
        assert len(set(codes)) == len(codes)
        assert len({each.code for each in organisations()}) == len(codes)

    def test_hold_every_authority_of_the_samples(self) -> None:
        known = {(each.code, each.credit_code, each.region) for each in organisations()}

        assert {(each.code, each.credit_code, each.region) for each in directory()} <= known

    def test_hold_every_provider_of_the_catalogue(self) -> None:
        known = {each.code for each in organisations()}

        assert {
            provider for schema in schemas().values() for provider in schema["x-item"]["providers"]
        } <= known

    def test_report_by_default_what_is_theirs(self) -> None:
        assert DEFAULT_PROVIDERS.keys() == schemas().keys()
        assert all(
            provider in schemas()[item]["x-item"]["providers"]
            for item, provider in DEFAULT_PROVIDERS.items()
        )
