import itertools

import pytest
from hypothesis import given, strategies as st

from nbcredit.domain.records import (
    BadRecordId,
    Head,
    Record,
    RecordId,
    Version,
    classify,
)
from nbcredit.domain.rows import Outcome
from nbcredit.domain.subjects import SubjectKey

OCTOBER = Version(0, "2026-10", "2026-11-02T01:00:00.000000Z", "B")
OLD = OCTOBER._replace(period="2026-09", reported_at="2026-11-05T01:00:00.000000Z")
LATER = OCTOBER._replace(reported_at="2026-11-03T01:00:00.000000Z")
NEXT = OCTOBER._replace(period="2026-11")
CORRECTION = OLD._replace(correction=1)


def a_head(version: Version = OCTOBER, *, fingerprint: str = "same") -> Head:
    return Head(version=version, fingerprint=fingerprint, provider="scjg")


@pytest.mark.requirement("A7.3")
class TestVersion:
    def test_goes_by_correction_then_period_then_report_then_submission(self) -> None:
        twin = OCTOBER._replace(submission="C")
        ordered = [OLD, OCTOBER, twin, LATER, NEXT, CORRECTION]

        for shuffled in itertools.permutations(ordered):
            assert sorted(shuffled) == ordered

    def test_of_what_undoes_a_correction_lies_between_it_and_all_that_came_since(self) -> None:
        since = CORRECTION._replace(reported_at="2026-11-05T01:00:00.000002Z", submission="A")

        assert CORRECTION < CORRECTION.undone < since
        assert CORRECTION.undone.submission == CORRECTION.submission

    @given(
        st.builds(
            Version,
            st.integers(0, 9),
            st.sampled_from(["2026-09", "2026-10"]),
            st.sampled_from([OCTOBER.reported_at, LATER.reported_at]),
            st.just("X"),
        )
    )
    def test_survives_being_spelled(self, version: Version) -> None:
        assert Version.parse(str(version)) == version


@pytest.mark.fault("F02")
@pytest.mark.fault("F03")
@pytest.mark.requirement("A7.3")
@pytest.mark.requirement("A8.4")
class TestClassify:
    @pytest.mark.parametrize(
        ("head", "version", "reaffirmed", "outcome"),
        [
            (None, OCTOBER, None, Outcome.NEW),
            (a_head(), NEXT, None, Outcome.IDENTICAL),
            (a_head(), OLD, None, Outcome.IDENTICAL),
            (a_head(), CORRECTION, None, Outcome.UPDATED),
            (a_head(CORRECTION), CORRECTION.undone, None, Outcome.UPDATED),
            (a_head(CORRECTION.undone), CORRECTION, None, Outcome.IDENTICAL),
            (a_head(CORRECTION, fingerprint="other"), NEXT, None, Outcome.OLDER),
            (a_head(fingerprint="other"), LATER, None, Outcome.UPDATED),
            (a_head(fingerprint="other"), NEXT, None, Outcome.UPDATED),
            (a_head(fingerprint="other"), OLD, None, Outcome.OLDER),
            (a_head(fingerprint="other"), CORRECTION, None, Outcome.UPDATED),
            # Unchanged in the next month: what comes late for this one undoes nothing.
            (a_head(fingerprint="other"), LATER, NEXT, Outcome.OLDER),
            (a_head(fingerprint="other"), LATER, OLD, Outcome.UPDATED),
            (a_head(NEXT, fingerprint="other"), LATER, OCTOBER, Outcome.OLDER),
        ],
    )
    def test_decides_by_the_reports(
        self, head: Head | None, version: Version, reaffirmed: Version | None, outcome: Outcome
    ) -> None:
        decided = classify(head=head, version=version, fingerprint="same", reaffirmed=reaffirmed)

        assert decided is outcome

    @given(st.dictionaries(st.integers(0, 9), st.sampled_from("abc"), min_size=1, max_size=6))
    def test_ends_with_what_the_latest_report_says_in_any_order(
        self, reports: dict[int, str]
    ) -> None:
        told = [
            (OCTOBER._replace(submission=str(number)), value) for number, value in reports.items()
        ]
        for order in itertools.islice(itertools.permutations(told), 30):
            head: Head | None = None
            reaffirmed: Version | None = None
            for version, value in order:
                outcome = classify(
                    head=head, version=version, fingerprint=value, reaffirmed=reaffirmed
                )
                if outcome in {Outcome.NEW, Outcome.UPDATED}:
                    head = a_head(version, fingerprint=value)
                elif outcome is Outcome.IDENTICAL and head and version > head.version:
                    reaffirmed = max(version, reaffirmed or version)
            assert head is not None
            assert head.fingerprint == max(told)[1]


class TestRecordId:
    @pytest.mark.parametrize(
        "text",
        [
            "LP-91330200MA0000000D.administrative-penalty.ABCDEFGH",
            "NP1-ABCDEFGH234567.social-insurance-arrears.QRSTUVWX",
        ],
    )
    def test_is_read_as_it_is_spelled(self, text: str) -> None:
        assert str(RecordId.parse(text)) == text

    @pytest.mark.parametrize(
        "text", ["", "LP#X.a.B", "XX-1.a.B", "NP0-A.a.B", "LP-1.a", "LP-1.A.B"]
    )
    def test_refuses_another_form(self, text: str) -> None:
        with pytest.raises(BadRecordId):
            RecordId.parse(text)


class TestRecord:
    @pytest.mark.fault("F62")
    def test_shows_no_values(self) -> None:
        record = Record(
            id=RecordId(SubjectKey("NP1#ABC"), "x", "K"),
            version=OCTOBER,
            fingerprint="f",
            provider="scjg",
            row=2,
            catalogue="2026-1",
            region="330200",
            role="",
            values={"name": "张三"},
        )

        assert "张三" not in repr(record)
