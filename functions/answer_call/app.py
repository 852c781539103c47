"""Answer calls that come by Lambda invoke."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.domain.errors import Refusal
from nbcredit.runtime.all_answers import AllAnswers
from nbcredit.runtime.answering import Answering, problem_of
from nbcredit.runtime.clock import LambdaDeadline
from nbcredit.runtime.settings import AnswerCallSettings, settings
from nbcredit.runtime.wiring import Parts

logger = Logger()


@cache
def answering() -> Answering:
    told = settings(AnswerCallSettings)
    made = Parts.of(told)
    return Answering(AllAnswers(made, told), made.ledger)


def handler(event: Any, context: Any) -> dict[str, Any]:
    try:
        answer = answering().answer(
            event, deadline=LambdaDeadline(context), request=context.aws_request_id
        )
    except Refusal as refusal:
        # Outside of any call: what the parts need is refused.
        answer = problem_of(refusal)
    logger.info("call answered", call=_name(event), code=answer.get("code", "answered"))
    return answer


def _name(event: Any) -> str:
    return str(event.get("call", ""))[:40] if isinstance(event, dict) else ""
