import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.subjects import SubjectKind, SubjectRef
from nbcredit.domain.verification import BadClaims, Verdict
from nbcredit.usecases.access import Access, NotAllowedToRead
from nbcredit.usecases.verification import Verification
from tests.cleaning_builders import REGISTRATION, csv_text
from tests.integration.stage import CENTRE, SealedToday, Stage, items_of

REF = SubjectRef(SubjectKind.LEGAL_PERSON, "", REGISTRATION["统一社会信用代码"], "")


def a_verification(stage: Stage) -> Verification:
    return Verification(stage.subjects, stage.hashes, Access(stage.parts.ledger, SealedToday()))


@pytest.mark.requirement("A14.1")
class TestVerification:
    def test_compares_with_what_was_registered_and_is_in_the_trail(self, stage: Stage) -> None:
        stage.report(csv_text([REGISTRATION]).encode(), item="legal-registration")
        verification = a_verification(stage)

        def verdict(**claims: str) -> Verdict:
            return verification.verify(REF, claims, by=CENTRE, purpose="资质认定")

        assert verdict(name=REGISTRATION["企业名称"]) is Verdict.MATCH
        assert verdict(name=REGISTRATION["企业名称"], status="注销") is Verdict.MISMATCH
        entries = [item["content"] for item in items_of("audit")]
        assert sum("subject-verified" in entry for entry in entries) == 2
        assert not any(REGISTRATION["企业名称"] in entry for entry in entries)

    def test_is_refused_to_others_and_the_refusal_is_in_the_trail(self, stage: Stage) -> None:
        other = Actor(kind=ActorKind.PROVIDER, id="x", organisation="scjg")

        with pytest.raises(NotAllowedToRead):
            a_verification(stage).verify(REF, {"name": "某"}, by=other, purpose="资质认定")

        assert any('"refused"' in item["content"] for item in items_of("audit"))

    @pytest.mark.parametrize("claims", [{}, {"address": "某路 1 号"}])
    def test_needs_claims_that_can_be_verified(self, stage: Stage, claims: dict[str, str]) -> None:
        with pytest.raises(BadClaims):
            a_verification(stage).verify(REF, claims, by=CENTRE, purpose="资质认定")
