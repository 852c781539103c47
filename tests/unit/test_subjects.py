import itertools

import pytest

from nbcredit.domain.subjects import (
    BadSubjectKey,
    Registration,
    Subject,
    SubjectKey,
    SubjectKind,
    SubjectRef,
    SubjectState,
    registered,
)

KEY = SubjectKey("LP#91330200MA0000000D")


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
