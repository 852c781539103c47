"""What the functions logged, gathered from all their log groups."""

import json
from collections.abc import Iterator
from typing import TextIO

from infra.local.gateway import Gateway


def entries(gateway: Gateway) -> Iterator[tuple[int, str, str]]:
    """Yield time, log group and message of every entry, group after group."""
    for groups in gateway.logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            pages = gateway.logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            for page in pages:
                for event in page["events"]:
                    yield event["timestamp"], name, event["message"]


def write_problems(gateway: Gateway, told: TextIO) -> int:
    """Write what was logged as a warning or worse, in the order of time; return how many."""
    problems = sorted(filter(_is_problem, entries(gateway)))
    for _, group, message in problems:
        told.write(f"{group} {message}\n")
    return len(problems)


def _is_problem(entry: tuple[int, str, str]) -> bool:
    try:
        level = json.loads(entry[2]).get("level")
    except (ValueError, AttributeError):
        # MiniStack's own START and REPORT lines, or the trace of a worker that died.
        return not entry[2].startswith(("START ", "END ", "REPORT "))
    return level in ("WARNING", "ERROR", "CRITICAL")
