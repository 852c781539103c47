import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.seed import seed
from nbcredit.command.calls import CallRefused
from nbcredit.domain.catalogue import CatalogueRefused, EffectInThePast, VersionPublished
from nbcredit.runtime.answering import problem_of


@dataclass
class RefusingPlatform:
    """Takes the organisations, and answers the catalogue with a problem."""

    code: str
    asked: list[str] = field(default_factory=list)

    def __call__(self, body: bytes) -> bytes:
        call = json.loads(body)["call"]
        self.asked.append(call)
        told: dict[str, Any] = {"ok": True, "answer": {"count": 1}}
        if call == "publish-catalogue":
            told = {**problem_of(CatalogueRefused(())), "code": self.code}
        return json.dumps(told).encode()


class TestSeed:
    @pytest.mark.parametrize("refusal", [VersionPublished, EffectInThePast])
    def test_takes_a_catalogue_that_is_there_as_it_is(self, refusal: Any) -> None:
        platform = RefusingPlatform(refusal.code)

        seed(platform)

        assert platform.asked[:2] == ["register-organisations", "publish-catalogue"]
        assert platform.asked[2:] == ["load-calendar"] * 3

    def test_tells_any_other_refusal(self) -> None:
        with pytest.raises(CallRefused):
            seed(RefusingPlatform("catalogue-refused"))
