"""The work site: pages for people and calls for systems, behind a REST API."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from nbcredit.runtime.settings import WorkSiteSettings, settings
from nbcredit.runtime.work_site.assembly import work_site_of
from nbcredit.runtime.work_site.serving import WorkSite

logger = Logger()


@cache
def site() -> WorkSite:
    return work_site_of(settings(WorkSiteSettings))


def handler(event: Any, context: Any) -> dict[str, Any]:
    answer = site().handle(event, context)
    logger.info("request answered", method=event["httpMethod"], status=answer["statusCode"])
    return answer
