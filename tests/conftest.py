"""What every test stands on: no account, no network beyond this machine, no one's own settings."""

import os
from collections.abc import Sequence

import pytest

from infra.kernel.__main__ import main as kernel


def pytest_configure() -> None:
    # Sources that have changed since are to be tested, not what was compiled from them before.
    kernel("check")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


# Before xdist looks at the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Keep a file's tests, and all that share the local cloud, in one process of several."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = "the local cloud" if file.startswith("tests/e2e/") else file
        item.add_marker(pytest.mark.xdist_group(group))
