"""Changed schemas tried on submissions that were read before, by `answer_call`."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from nbcredit.domain.submissions import Submission
from tests.faults.scenes import CITIZEN_ID, PENALTIES, csv_file, penalty, penalty_of_citizen
from tests.integration.lambdas import Context, Lambdas, on_lambda
from tests.integration.stage import Stage, a_stage, items_of, shipped_schemas

OFFICE: Final = {"kind": "operator", "id": "li", "organisation": "office"}
Change = Callable[[dict[str, Any]], object]

ROWS: Final[tuple[Mapping[str, str], ...]] = (
    penalty(1),
    penalty(1),  # a repeat
    penalty(2, 处罚内容="罚款" * 20),
    penalty(3, 处罚决定日期="2026-13-01"),
    penalty(4, 处罚类别="训诫"),
    penalty_of_citizen(5),
    {},
)


def changed(change: Change) -> dict[str, Any]:
    schema: dict[str, Any] = copy.deepcopy(shipped_schemas()[PENALTIES])
    change(schema)
    return schema


def short_content(schema: dict[str, Any]) -> None:
    schema["properties"]["penalty_content"]["maxLength"] = 10


def demands_remarks(schema: dict[str, Any]) -> None:
    schema["required"].append("remarks")


def of_others(schema: dict[str, Any]) -> None:
    schema["x-item"]["providers"].remove("scjg")


def opens_and_limits_the_number(schema: dict[str, Any]) -> None:
    number = schema["properties"]["document_number"]
    number.pop("x-sensitivity")
    number["maxLength"] = 3


def limits_the_number(schema: dict[str, Any]) -> None:
    schema["properties"]["document_number"]["maxLength"] = 3


def takes_the_number_for_choices(schema: dict[str, Any]) -> None:
    parts = schema["properties"]
    names = {each: parts["document_number"][each] for each in ("title", "x-aliases")}
    parts["remarks"] = {**parts["penalty_kinds"], **names}
    parts.pop("document_number")
    schema["x-item"].pop("rules", None)
    schema.pop("allOf", None)
    schema["x-item"]["subjects"] = [
        each for each in schema["x-item"]["subjects"] if each["kind"] == "legal-person"
    ]


def as_it_was(_schema: dict[str, Any]) -> None:
    return


def read(stage: Stage, rows: Iterable[Mapping[str, str]] = ROWS, **place: str) -> Submission:
    """Report a file as far as it is read; what loading does makes no difference here."""
    return stage.submission(stage.receive(stage.put(csv_file(rows), **place)).submission)


@pytest.fixture(scope="module")
def platform() -> Iterator[Lambdas]:
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment) as lambdas,
    ):
        yield lambdas


@pytest.fixture(scope="module")
def penalties(platform: Lambdas) -> Submission:
    return read(platform.stage)


@pytest.fixture(scope="module")
def long(platform: Lambdas) -> Submission:
    rows = [penalty(n, 处罚内容="罚" * (11 if n >= 600 else 3)) for n in range(700)]
    again = [penalty(0, 处罚内容="罚罚罚"), penalty(1, 处罚内容="罚罚")]
    return read(platform.stage, [*rows, *again])


@pytest.fixture(scope="module")
def september(platform: Lambdas) -> str:
    return read(platform.stage, [penalty(1)], period="2026-09", name="september.csv").id


def asked(platform: Lambdas, submission: Submission, **told: Any) -> dict[str, Any]:
    schema = told.pop("item_schema", changed(as_it_was))
    told = {"caller": OFFICE, "purpose": "目录试读", **told}
    return platform.call("try-catalogue", submission=submission.id, item_schema=schema, **told)


def tried(platform: Lambdas, submission: Submission, change: Change, **told: Any) -> dict[str, Any]:
    answer = asked(platform, submission, item_schema=changed(change), **told)
    trial: dict[str, Any] = answer["answer"]
    return trial


@pytest.mark.requirement("A6.1")
class TestTrial:
    def test_under_the_same_schema_changes_nothing(
        self, platform: Lambdas, penalties: Submission
    ) -> None:
        trial = tried(platform, penalties, as_it_was)

        assert trial["before"] == {"accepted": 3, "rejected": 2, "duplicate": 1, "blank": 1}
        assert trial["after"] == trial["before"]
        assert (trial["rows"], trial["newly_rejected"], trial["newly_accepted"]) == (7, 0, 0)
        assert (trial["refusal"], trial["causes"], trial["partial"]) == ([], [], False)

    def test_says_which_rows_are_newly_rejected_and_why(
        self, platform: Lambdas, penalties: Submission
    ) -> None:
        trial = tried(platform, penalties, short_content)

        assert trial["newly_rejected"] == 1
        (cause,) = trial["causes"]
        assert (cause["code"], cause["field"], cause["title"], cause["rows"]) == (
            "E302", "penalty_content", "处罚内容", 1,
        )  # fmt: skip
        (place,) = cause["places"]
        assert (place["row"], place["header"]) == (4, "处罚内容")
        assert place["value"].startswith("罚款罚款")

    def test_lists_three_places_of_a_cause(self, platform: Lambdas) -> None:
        submission = read(platform.stage, [penalty(n, 处罚内容="罚" * 11) for n in range(5)])

        (cause,) = tried(platform, submission, short_content)["causes"]

        assert (cause["rows"], [place["row"] for place in cause["places"]]) == (5, [2, 3, 4])

    def test_says_which_rows_are_rejected_no_more(
        self, platform: Lambdas, penalties: Submission
    ) -> None:
        def lists_another(schema: dict[str, Any]) -> None:
            schema["properties"]["penalty_kinds"]["items"]["enum"].append("训诫")

        trial = tried(platform, penalties, lists_another)

        assert (trial["newly_accepted"], trial["newly_rejected"]) == (1, 0)
        assert trial["after"] == {"accepted": 4, "rejected": 1, "duplicate": 1, "blank": 1}

    @pytest.mark.parametrize(
        ("schema", "code"),
        [
            (changed(demands_remarks), "E201"),
            (changed(of_others), "E702"),
            (None, "E703"),
        ],
    )
    def test_says_why_a_file_would_be_refused(
        self, platform: Lambdas, penalties: Submission, schema: Any, code: str
    ) -> None:
        trial = asked(platform, penalties, item_schema=schema)["answer"]

        assert [each["code"] for each in trial["refusal"]] == [code]
        assert (trial["rows"], trial["before"]["accepted"]) == (0, 3)

    def test_of_a_refused_file_counts_what_would_now_be_accepted(self, platform: Lambdas) -> None:
        without = [{k: v for k, v in penalty(n).items() if k != "违法事实"} for n in (1, 2)]
        refused = read(platform.stage, without)

        def asks_for_less(schema: dict[str, Any]) -> None:
            schema["required"].remove("facts")

        still = tried(platform, refused, as_it_was)
        trial = tried(platform, refused, asks_for_less)

        assert (still["before"], [each["code"] for each in still["refusal"]]) == (None, ["E201"])
        assert (trial["before"], trial["refusal"], trial["newly_accepted"]) == (None, [], 2)

    def test_of_a_file_that_is_no_table_leaves_it_refused(self, platform: Lambdas) -> None:
        receipt = platform.stage.receive(platform.stage.put(b"%PDF-1.7"))
        submission = platform.stage.submission(receipt.submission)

        trial = tried(platform, submission, as_it_was)

        assert [each["code"] for each in trial["refusal"]] == ["E103"]

    def test_tells_the_faults_of_a_schema(self, platform: Lambdas, penalties: Submission) -> None:
        answer = asked(platform, penalties, item_schema={"title": "甲"})

        assert answer["code"] == "catalogue-refused"
        assert answer["faults"]

    def test_stores_nothing(self, platform: Lambdas, penalties: Submission) -> None:
        before = items_of("work")

        tried(platform, penalties, short_content)

        assert items_of("work") == before


@pytest.mark.requirement("A6.1")
class TestParts:
    def test_end_in_time_and_go_on(
        self, platform: Lambdas, long: Submission, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(platform, "context", Context(milliseconds=5_000))

        first = tried(platform, long, short_content)
        second = tried(platform, long, short_content, skip_rows=first["rows"])

        assert (first["rows"], first["partial"], first["newly_rejected"]) == (500, True, 0)
        assert (second["rows"], second["partial"], second["newly_rejected"]) == (202, False, 100)
        assert second["before"] == {"accepted": 700, "rejected": 1, "duplicate": 1, "blank": 0}
        # What repeats a row of the first part is taken to do so still.
        assert second["after"] == {"accepted": 99 + 1, "rejected": 101, "duplicate": 1, "blank": 0}
        assert second["newly_accepted"] == 0


class TestSecrecy:
    @pytest.mark.requirement("A6.1")
    @pytest.mark.parametrize(
        "change", [limits_the_number, opens_and_limits_the_number, takes_the_number_for_choices]
    )
    def test_masks_what_the_version_of_the_report_protects(
        self, platform: Lambdas, penalties: Submission, change: Change
    ) -> None:
        trial = tried(platform, penalties, change)

        assert trial["newly_rejected"] == 1
        assert CITIZEN_ID not in json.dumps(trial)
        (place,) = trial["causes"][0]["places"]
        assert "*" in place["value"]


@pytest.mark.requirement("A20.1")
class TestTrail:
    def test_has_each_trial(self, platform: Lambdas, penalties: Submission) -> None:
        before = len(entries("catalogue-tried"))

        tried(platform, penalties, as_it_was)

        (*_, last) = found = entries("catalogue-tried")
        assert len(found) == before + 1
        assert (last["about"], last["actor"]["id"]) == ([penalties.id], "li")
        assert (last["purpose"], last["outcome"]) == ("目录试读", "done")

    @pytest.mark.parametrize(
        "caller",
        [
            {"kind": "operator", "id": "chen", "organisation": "centre"},
            {"kind": "provider", "id": "wang", "organisation": "scjg"},
            {"kind": "provider", "id": "wang", "organisation": "office"},
        ],
    )
    def test_has_each_refusal(
        self, platform: Lambdas, penalties: Submission, caller: dict[str, str]
    ) -> None:
        answer = asked(platform, penalties, caller=caller)

        assert (answer["code"], answer["status"]) == ("not-allowed-to-try", 403)
        (*_, last) = entries("try-catalogue")
        assert (last["actor"]["organisation"], last["outcome"]) == (
            caller["organisation"],
            "refused",
        )


class TestReported:
    def listed(self, platform: Lambdas, period: str, **told: Any) -> list[str]:
        answer = platform.call("list-reported", provider="scjg", period=period, **told)
        return [each["submission"] for each in answer["answer"]["submissions"]]

    @pytest.mark.requirement("A6.1")
    def test_are_those_of_the_period_whenever_they_came(
        self, platform: Lambdas, penalties: Submission, september: str
    ) -> None:
        platform.stage.clock.forward(timedelta(days=2))

        assert self.listed(platform, "2026-09") == [september]
        assert penalties.id in self.listed(platform, "2026-10", caller=OFFICE)
        assert self.listed(platform, "2026-08") == []

    def test_are_not_told_to_another_provider(self, platform: Lambdas) -> None:
        another = {"kind": "provider", "id": "wang", "organisation": "zjj"}

        assert self.listed(platform, "2026-10", caller=another) == []


def entries(action: str) -> list[dict[str, Any]]:
    told = [json.loads(item["content"]) for item in items_of("audit")]
    return sorted(
        (each for each in told if each["action"] == action), key=lambda each: str(each["at"])
    )
