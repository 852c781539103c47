"""Close the reporting period, the day after its due date at 00:30: once more changes nothing."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger

from nbcredit.domain.actors import Actor
from nbcredit.domain.duties import due_by
from nbcredit.domain.obligations import State
from nbcredit.domain.periods import business_date
from nbcredit.runtime.clocks import duties_of
from nbcredit.runtime.settings import ClosePeriodSettings, settings
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.duties import Duties

logger = Logger()

CLOSER: Final = Actor.platform("close_period")
_SETTLED: Final = (State.ON_TIME, State.LATE, State.ZERO, State.MISSING)


@cache
def parts() -> Parts:
    return Parts.of_tables(settings(ClosePeriodSettings))


@cache
def duties() -> Duties:
    return duties_of(parts())


def handler(_event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Close the latest period whose due date is over, however late this is called."""
    period = due_by(business_date(parts().clock.now()))
    states = [duty.state for duty in duties().close(period, by=CLOSER)]
    counts = {state.value: states.count(state) for state in _SETTLED}
    logger.info("period closed", period=str(period), counts=counts)
    return {"period": str(period), **counts}
