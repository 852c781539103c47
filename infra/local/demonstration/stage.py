"""`make demo`: own port, temporary state, one minute, and an exit code that can be trusted."""

import shutil
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from infra.local import logs
from infra.local.bringing_up import LocalCloud, local_cloud
from infra.local.cloud import free_port
from infra.local.demonstration import papers, play, telling
from infra.local.demonstration.aftermath import Aftermath
from infra.local.demonstration.expectations import Expectations
from infra.local.demonstration.post import Post, StillOpen
from infra.local.deploy import ROOT
from infra.local.folders import Folder
from infra.local.seed import VERSION, schemas
from nbcredit.domain.catalogue import Item
from nbcredit.domain.errors import Refusal
from nbcredit.domain.periods import Period, business_date

_LOG = ROOT / ".local" / "demo.log"


def demo() -> int:
    """Play the demonstration; return 0 only if every expectation held."""
    began = time.monotonic()
    teller = telling.Teller(Path(_LOG).relative_to(ROOT))
    _LOG.unlink(missing_ok=True)
    place = Path(tempfile.mkdtemp(prefix="nbcredit-demo-"))
    try:
        teller.say("正在启动本机云并部署 template.yaml ……")
        with local_cloud(Folder(path=place, log=_LOG), port=free_port()) as local:
            teller.say(
                f"本机云已启动，{len(local.stack.resources)} 个资源，"
                f"用时 {time.monotonic() - began:.1f} 秒。"
            )
            found = _play(local, teller)
            if found.failed:
                with _LOG.open("a", encoding="utf-8") as told:
                    logs.write_problems(local.gateway, told)
        return teller.conclude(found, seconds=time.monotonic() - began)
    finally:
        with suppress(OSError):
            shutil.rmtree(place)


def _play(local: LocalCloud, teller: telling.Teller) -> Expectations:
    now = datetime.now(UTC)  # noqa: TID251 - this is the edge where time comes in
    today = business_date(now)
    found = Expectations()
    post, known = Post(local, Period.of(today).previous()), schemas()
    made = papers.invent(known, version=VERSION, today=today)
    stage = play.Play(
        post=post,
        papers=made,
        teller=teller,
        found=found,
        aftermath=Aftermath(
            post=post,
            papers=made,
            teller=teller,
            found=found,
            item=Item.from_schema(known[papers.PENALTY], version=VERSION),
            now=Period.of(today),
        ),
        began=now,
    )
    try:
        stage.run()
    except (StillOpen, Refusal) as stopped:
        found.expect_that("演示走完全程", str(stopped), held=False)
    return found
