from collections.abc import Mapping

import pytest

from nbcredit.domain.subjects import SubjectKind
from nbcredit.domain.verification import NAME, STATUS, Verdict, comparable, judge

ORGANISATION, PERSON = SubjectKind.LEGAL_PERSON, SubjectKind.NATURAL_PERSON


@pytest.mark.requirement("A14.1")
class TestVerdict:
    @pytest.mark.parametrize(
        ("kind", "stored", "claimed", "verdict"),
        [
            (ORGANISATION, {NAME: "n", STATUS: "s"}, {NAME: "n"}, Verdict.MATCH),
            (ORGANISATION, {NAME: "n", STATUS: "s"}, {NAME: "n", STATUS: "s"}, Verdict.MATCH),
            (ORGANISATION, {NAME: "n", STATUS: "s"}, {NAME: "n", STATUS: "x"}, Verdict.MISMATCH),
            (ORGANISATION, {NAME: "n"}, {STATUS: "s"}, Verdict.NO_RECORD),
            (ORGANISATION, {NAME: "n"}, {NAME: "n", STATUS: "s"}, Verdict.NO_RECORD),
            (ORGANISATION, {NAME: "n"}, {NAME: "x", STATUS: "s"}, Verdict.MISMATCH),
            # Others have named it, but it has not been registered: there is nothing to compare.
            (ORGANISATION, {}, {NAME: "n"}, Verdict.NO_RECORD),
            (ORGANISATION, None, {NAME: "n"}, Verdict.NO_RECORD),
            (PERSON, {NAME: "n"}, {NAME: "n"}, Verdict.MATCH),
            (PERSON, {NAME: "n"}, {NAME: "x"}, Verdict.CANNOT_VERIFY),
            (PERSON, {}, {NAME: "n"}, Verdict.CANNOT_VERIFY),
            (PERSON, None, {NAME: "n"}, Verdict.CANNOT_VERIFY),
        ],
    )
    def test_never_tells_whether_a_person_is_known(
        self,
        kind: SubjectKind,
        stored: Mapping[str, str] | None,
        claimed: Mapping[str, str],
        verdict: Verdict,
    ) -> None:
        assert judge(kind, stored=stored, claimed=claimed) is verdict

    def test_takes_bracket_shapes_and_spaces_for_the_same_name(self) -> None:
        assert comparable(NAME, "某某（宁波） 公司") == comparable(NAME, "某某(宁波)公司")
