"""F08, F13: two lanes that register, rename and report one subject at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nbcredit.domain.subjects import (
    StaleSubject,
    Subject,
    SubjectKey,
    SubjectState,
)
from tests.faults.breaking import clients_of
from tests.faults.endings import ending_of
from tests.faults.scenes import company, penalties, penalty, registration, registry
from tests.integration.stage import Stage

KEY = SubjectKey(f"LP#{company(1)}")


def a_subject(name: str, **changes: Any) -> Subject:
    subject = Subject(key=KEY, state=SubjectState.REGISTERED, salt=b"1" * 16, name=name)
    return replace(subject, **changes)


@pytest.mark.fault("F13")
@pytest.mark.requirement("A3.1")
class TestProfile:
    def test_is_made_once_by_whoever_is_first(self, stage: Stage) -> None:
        mine = stage.subjects.create([a_subject("甲")])

        others = stage.restarted().subjects.create([a_subject("乙", salt=b"2" * 16)])

        assert others == mine == {KEY: a_subject("甲")}

    def test_that_has_moved_on_is_not_overwritten(self, stage: Stage) -> None:
        before = a_subject("甲")
        stage.subjects.create([before])
        stage.subjects.update([before], [a_subject("乙", revision=2)])

        with pytest.raises(StaleSubject):
            stage.subjects.update([before], [a_subject("丙", revision=2)])

        assert stage.subjects.read([], [KEY])[1][KEY].name == "乙"

    def test_renamed_between_reading_and_writing_is_read_again(self, stage: Stage) -> None:
        stage.report(registry([registration(1)], period="2026-09").body, item="legal-registration")
        rename = registry([registration(1, 企业名称="宁波改名测试有限公司")])
        stage.queues.uploads.append(rename.put(stage))
        once(stage, "TransactWriteItems", lambda: touch(stage))

        stage.run()

        subject = stage.subjects.read([], [KEY])[1][KEY]
        assert subject.name == "宁波改名测试有限公司"
        assert subject.former_names == ("宁波1号测试有限公司",)
        assert ending_of(stage).books

    def test_registered_while_a_penalty_is_loaded_is_one_profile(self, stage: Stage) -> None:
        stage.queues.uploads.append(penalties([penalty(1, of=1)]).put(stage))
        once(stage, "BatchWriteItem", lambda: register_elsewhere(stage))

        stage.run()

        ending = ending_of(stage)
        assert ending.profiles[KEY.text][:2] == (SubjectState.REGISTERED, "宁波1号测试有限公司")
        assert len(stage.heads()) == 2


def once(stage: Stage, operation: str, act: Callable[[], None]) -> None:
    """Let something else happen right before a write of a profile or a record."""
    happened: list[bool] = []

    def before(params: dict[str, Any], **_told: Any) -> None:
        if not happened and KEY.text in str(params["body"]) and b"OUTBOX" not in params["body"]:
            happened.append(True)
            act()

    events = clients_of(stage)["dynamodb"].meta.events
    events.register(f"before-call.dynamodb.{operation}", before)


def touch(stage: Stage) -> None:
    other = stage.restarted()
    before = other.subjects.read([], [KEY])[1][KEY]
    other.subjects.update([before], [replace(before, revision=before.revision + 1)])


def register_elsewhere(stage: Stage) -> None:
    other = Stage(stage.clock)
    other.report(registry([registration(1)]).body, item="legal-registration")
