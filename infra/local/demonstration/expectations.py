"""What the demonstration promises, and whether it held."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expectation:
    """One promise with its verdict; `facts` says what was found instead, or what was counted."""

    promise: str
    held: bool
    facts: str = ""


@dataclass(slots=True)
class Expectations:
    """All promises of one run."""

    all: list[Expectation] = field(default_factory=list)

    def expect(self, promise: str, found: object, wanted: object) -> None:
        """Note whether what was found is what was wanted."""
        held = found == wanted
        self.all.append(Expectation(promise, held, "" if held else f"应为 {wanted}，实为 {found}"))

    def expect_that(self, promise: str, facts: str = "", *, held: bool) -> None:
        self.all.append(Expectation(promise, held, facts))

    @property
    def failed(self) -> list[Expectation]:
        return [each for each in self.all if not each.held]
