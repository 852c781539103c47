"""The commands of docs/api.md, run as they stand against the local cloud behind its terminator."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from infra.local.bringing_up import LocalCloud
from infra.local.deploy import ROOT
from infra.local.members import Sample, enrol
from infra.local.samples import signing_in
from infra.local.site import site
from nbcredit.domain.accounts import AccountKind
from nbcredit.domain.permissions import Role

BLOCK: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PERSON: Final = Sample(organisation="scjg", name="接口负责人", roles=(Role.REPORTER,))


@pytest.mark.requirement("A18.1")
class TestGuide:
    def test_has_commands_that_work(self, local: LocalCloud, tmp_path: Path) -> None:
        commands = BLOCK.findall((ROOT / "docs/api.md").read_text("utf-8"))
        now = datetime.now(UTC)  # noqa: TID251 -- codes of the second factor are of this moment
        with signing_in(local) as entering:
            person = enrol(
                local.invoke, PERSON, signing_in=entering, password="Xy7-guide-horse", at=now
            )
            system = enrol(
                local.invoke,
                Sample(
                    organisation="scjg",
                    name="接口系统",
                    roles=(Role.REPORTER,),
                    kind=AccountKind.SYSTEM,
                    responsible=person.account,
                ),
                signing_in=entering,
                password="",
                at=now,
            )
        (tmp_path / "system.pem").write_text(system.certificate)
        (tmp_path / "system.key").write_text(system.key)

        with site(local, port=0) as made:
            done = subprocess.run(
                ["bash", "-euo", "pipefail"],
                input="\n".join(commands),
                cwd=tmp_path,
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "SITE": made.address,
                    "CA": str(made.authority),
                    "ACCOUNT": system.account,
                    "CERT": "system.pem",
                    "KEY": "system.key",
                },
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

        assert len(commands) == 5
        assert done.returncode == 0, done.stdout + done.stderr
        assert '{"submissions":[' in done.stdout
        assert (tmp_path / "openapi.json").read_text("utf-8").startswith('{"openapi":"3.1.0"')
