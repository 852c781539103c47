import itertools
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.subjects import (
    BadSubjectKey,
    Naming,
    Registration,
    Subject,
    SubjectKey,
    SubjectKind,
    SubjectRef,
    SubjectState,
    registered,
    revised,
)

OWN, OTHER = "91330200MA0000000D", "91330200MA0000001B"
KEY = SubjectKey(f"LP#{OWN}")


def a_subject(name: str = "甲", *, state: SubjectState = SubjectState.REGISTERED) -> Subject:
    return Subject(key=KEY, state=state, salt=b"salt", name=name)


def a_registration(name: str, *, status: str = "存续", current: bool = True) -> Registration:
    return Registration(key=KEY, name=name, status=status, current=current)


@pytest.mark.requirement("A8.4")
class TestRegistered:
    @pytest.mark.parametrize(
        ("subject", "registration", "name", "former"),
        [
            (a_subject(), a_registration("乙"), "乙", ("甲",)),
            (a_subject(), a_registration("乙", current=False), "甲", ("乙",)),
            (a_subject(), a_registration("甲"), "甲", ()),
            (a_subject("俗称", state=SubjectState.PROVISIONAL), a_registration("甲"), "甲", ()),
            (a_subject(""), a_registration("甲"), "甲", ()),
        ],
    )
    def test_names_the_subject_and_keeps_its_former_names(
        self, subject: Subject, registration: Registration, name: str, former: tuple[str, ...]
    ) -> None:
        after = registered(subject, registration)

        assert (after.name, after.former_names) == (name, former)
        assert after.state is SubjectState.REGISTERED

    def test_again_changes_nothing_at_all(self) -> None:
        once = registered(a_subject(), a_registration("乙", status="注销"))

        assert registered(once, a_registration("乙", status="注销")) == once

    def test_counts_its_revisions(self) -> None:
        assert registered(a_subject(), a_registration("乙")).revision == 2

    def test_shows_no_order_of_processing(self) -> None:
        told = ["甲", "乙", "甲", "丙"]
        ends = set()
        for order in itertools.permutations(range(len(told))):
            subject = a_subject("", state=SubjectState.PROVISIONAL)
            for place, number in enumerate(order):
                current = number == max(order[: place + 1])
                subject = registered(subject, a_registration(told[number], current=current))
            ends.add((subject.name, subject.former_names))

        assert ends == {("丙", ("乙", "甲"))}


ENDED = {"status": "注销", "cancelled_on": "2026-03-31", "successor_code": OTHER}


@pytest.mark.requirement("A8.4")
class TestRegistrationOfARow:
    @pytest.mark.parametrize(
        ("values", "cancelled_on", "successor"),
        [
            (ENDED, "2026-03-31", OTHER),
            ({**ENDED, "status": "撤销"}, "2026-03-31", OTHER),
            # Only the licence is gone, or nothing at all: a date beside that is no end.
            ({**ENDED, "status": "吊销"}, "", ""),
            ({**ENDED, "status": "存续"}, "", ""),
            ({"status": "注销"}, "", ""),
            ({**ENDED, "successor_code": OWN}, "2026-03-31", ""),
            ({}, "", ""),
        ],
    )
    def test_has_an_end_and_an_heir_where_the_organisation_has_ended(
        self, values: dict[str, str], cancelled_on: str, successor: str
    ) -> None:
        told = Registration.of_row(values, key=KEY, name="甲", by="", current=True)

        assert (told.cancelled_on, told.successor) == (cancelled_on, successor)

    def test_keeps_the_heirs_of_every_row_and_the_end_of_the_last(self) -> None:
        merged = Registration.of_row(ENDED, key=KEY, name="甲", by="", current=True)

        ended = registered(a_subject(), merged)
        alive = registered(ended, a_registration("甲"))

        assert (ended.is_cancelled, ended.cancelled_on) == (True, "2026-03-31")
        assert (alive.is_cancelled, alive.cancelled_on) == (False, "")
        assert ended.successors == alive.successors == (OTHER,)


@dataclass(frozen=True)
class Told:
    """What one report says of the organisation: a registration, or what others call it."""

    version: str
    provider: str
    name: str
    registers: bool

    def applied(self, subject: Subject, latest: dict[str, str]) -> Subject:
        """Apply it as the lane of its provider does, which knows the latest of its own reports."""
        if not self.registers:
            return revised(subject, Naming(key=KEY, name=self.name, by=f"{self.version}|00000002"))
        last = latest[self.provider] = max(latest.get(self.provider, ""), self.version)
        by = f"{self.version}|{self.provider}"
        told = a_registration(self.name, current=last == self.version)
        return revised(subject, replace(told, by=by))


def reports() -> st.SearchStrategy[list[Told]]:
    versions = st.builds(
        "0|2026-{:02d}|2026-11-{:02d}|{}".format,
        st.integers(7, 10),
        st.integers(1, 3),
        st.sampled_from("AB"),
    )
    told = st.builds(
        Told, versions, st.sampled_from(["scjg", "mzj"]), st.sampled_from("甲乙丙"), st.booleans()
    )
    return st.lists(told, max_size=6, unique_by=lambda each: each.version)


@pytest.mark.requirement("A8.4")
@pytest.mark.fault("F02")
class TestProfile:
    @given(told=reports(), data=st.data())
    def test_shows_no_order_of_reports_of_two_authorities_and_of_others(
        self, told: list[Told], data: st.DataObject
    ) -> None:
        ends = []
        for _ in range(2):
            subject = a_subject("", state=SubjectState.PROVISIONAL)
            latest: dict[str, str] = {}
            for each in data.draw(st.permutations(told)):
                subject = each.applied(subject, latest)
            ends.append(replace(subject, revision=0))

        assert ends[0] == ends[1]
        registrations = [each for each in told if each.registers]
        if registrations:
            assert ends[0].name == max(registrations, key=lambda each: each.version).name


class TestSubjectKey:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("LP#91330200MA0000000D", SubjectKind.LEGAL_PERSON),
            ("NP1#ABC234", SubjectKind.NATURAL_PERSON),
            ("NP12#ABC234", SubjectKind.NATURAL_PERSON),
        ],
    )
    def test_tells_its_database(self, text: str, kind: SubjectKind) -> None:
        assert SubjectKey(text).kind is kind

    @pytest.mark.parametrize(
        "text", ["", "LP#", "LP#9133", "NP#ABC", "NP0#ABC", "LP#91330200MA0000000d", "XX#1"]
    )
    def test_has_one_form(self, text: str) -> None:
        with pytest.raises(BadSubjectKey):
            SubjectKey(text)


class TestSubjectRef:
    @pytest.mark.fault("F62")
    def test_shows_neither_number_nor_name(self) -> None:
        ref = SubjectRef(SubjectKind.NATURAL_PERSON, "身份证", "330299199001010012", "张三")

        assert "3302" not in repr(ref)
        assert "张三" not in repr(ref)
