from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nbcredit.domain.actors import Actor, ActorKind
from nbcredit.domain.errors import Refusal
from nbcredit.domain.exchange import (
    Audience,
    NoAddressee,
    NotAQuestion,
    NotToAll,
    NotYourQuestion,
    Post,
    PostKind,
    QuestionClosed,
    Reading,
    TooManyAddressees,
    UnknownAddressee,
    post_id,
    readership,
)
from nbcredit.domain.organisations import Directory, Organisation, OrganisationKind

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.PROVIDER, id="wang", organisation="scjg")
K = OrganisationKind
QUESTION = Post(
    id="P",
    kind=PostKind.QUESTION,
    title="口径",
    text="怎么填？",
    sender="scjg",
    sent_by=BY,
    sent_at=AT,
    addressees=("centre", "office"),
)


def an_organisation(code: str, kind: OrganisationKind, region: str = "330200") -> Organisation:
    return Organisation(code=code, name=code, kind=kind, credit_code=code, region=region)


DIRECTORY = Directory.of(
    [
        an_organisation("centre", K.CENTRE),
        an_organisation("office", K.OFFICE),
        an_organisation("scjg", K.DEPARTMENT),
        an_organisation("yz-xyb", K.COUNTY, "330212"),
        an_organisation("yz-zfj", K.COUNTY, "330212"),
        an_organisation("bl-xyb", K.COUNTY, "330206"),
    ]
)


@pytest.mark.requirement("A3.4")
class TestAudience:
    @pytest.mark.parametrize(
        ("sender", "audience", "meant"),
        [
            ("scjg", Audience(organisations=("office", "centre", "centre")), "centre office"),
            ("scjg", Audience(organisations=("scjg", "centre")), "centre"),
            ("centre", Audience(kinds=(K.COUNTY,)), "bl-xyb yz-xyb yz-zfj"),
            ("office", Audience(regions=("330212",)), "yz-xyb yz-zfj"),
            ("yz-xyb", Audience(regions=("330212",)), "yz-zfj"),
            (
                "centre",
                Audience(organisations=("scjg",), kinds=(K.OFFICE,), regions=("330206",)),
                "bl-xyb office scjg",
            ),
        ],
    )
    def test_is_who_is_named_and_all_of_kind_and_region(
        self, sender: str, audience: Audience, meant: str
    ) -> None:
        assert " ".join(audience.resolved(DIRECTORY, sender=sender)) == meant

    @pytest.mark.parametrize(
        ("sender", "audience", "refusal"),
        [
            ("scjg", Audience(organisations=("nobody",)), UnknownAddressee),
            ("scjg", Audience(), NoAddressee),
            ("scjg", Audience(organisations=("scjg",)), NoAddressee),
            ("scjg", Audience(kinds=(K.COUNTY,)), NotToAll),
            ("scjg", Audience(regions=("330200",)), NotToAll),
            ("yz-xyb", Audience(regions=("330206",)), NotToAll),
            ("yz-xyb", Audience(regions=("330212", "330206")), NotToAll),
            ("yz-xyb", Audience(kinds=(K.COUNTY,), regions=("330212",)), NotToAll),
        ],
    )
    def test_is_refused(self, sender: str, audience: Audience, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            audience.resolved(DIRECTORY, sender=sender)

    def test_is_no_larger_than_what_is_told_at_once(self) -> None:
        directory = Directory.of([an_organisation(f"d{n}", K.DEPARTMENT) for n in range(302)])

        with pytest.raises(TooManyAddressees):
            Audience(kinds=(K.DEPARTMENT,)).resolved(directory, sender="centre")


@pytest.mark.requirement("A3.4")
class TestPost:
    def test_is_the_same_on_one_day_in_shanghai_only(self) -> None:
        def id_at(at: datetime, text: str = "怎么填？") -> str:
            return post_id(
                kind=PostKind.QUESTION,
                sender="scjg",
                at=at,
                texts=("口径", text),
                addressees=("centre",),
                files=(),
            )

        midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)

        assert id_at(AT) == id_at(midnight - timedelta(microseconds=1))
        assert id_at(AT) != id_at(midnight)
        assert id_at(AT) != id_at(AT, "怎么报？")

    def test_is_closed_by_who_asked_alone(self) -> None:
        with pytest.raises(NotYourQuestion):
            QUESTION.closed(at=AT, by=replace(BY, organisation="centre"))

        closed = QUESTION.closed(at=AT, by=BY)

        assert (closed.closed_at, closed.closed_by, closed.revision) == (AT, "wang", 2)
        with pytest.raises(QuestionClosed):
            closed.check_open()

    @pytest.mark.parametrize("kind", [PostKind.NOTICE, PostKind.DOCUMENT])
    def test_that_is_no_question_has_no_answer(self, kind: PostKind) -> None:
        notice = replace(QUESTION, kind=kind)

        with pytest.raises(NotAQuestion):
            notice.check_open()
        with pytest.raises(NotAQuestion):
            notice.closed(at=AT, by=BY)

    def test_tells_who_has_read_it_and_first_who_has_not(self) -> None:
        readings = [
            Reading(post="P", organisation="centre", person="chen", at=AT + timedelta(hours=1)),
            Reading(post="P", organisation="centre", person="qian", at=AT),
            Reading(post="P", organisation="scjg", person="wang", at=AT),
        ]

        told = readership(QUESTION, readings)

        assert [(each.organisation, each.read_by, each.readers) for each in told] == [
            ("office", "", 0),
            ("centre", "qian", 2),
        ]
