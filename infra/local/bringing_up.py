"""A local cloud with the deployment and its first data, ready for files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import deploy, seed
from infra.local.cloud import Cloud
from infra.local.deploy import ROOT, TEMPLATE, Stack
from infra.local.folders import Folder
from infra.local.gateway import Gateway
from nbcredit.command.calls import LambdaInvoke


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """The deployment as it runs on this machine."""

    cloud: Cloud
    stack: Stack
    folder: Folder
    kept: bool

    @property
    def gateway(self) -> Gateway:
        return self.cloud.gateway

    @property
    def invoke(self) -> LambdaInvoke:
        return LambdaInvoke(self.gateway.functions, self.stack.outputs["AnswerCallFunction"])


@contextmanager
def local_cloud(
    folder: Folder,
    *,
    port: int,
    fresh: bool = False,
    template: Path = TEMPLATE,
    root: Path = ROOT,
) -> Iterator[LocalCloud]:
    """Start, deploy and seed; stop at the end, whatever happens in between."""
    kept = folder.prepare(fresh=fresh)
    with Cloud.start(folder, port=port) as cloud:
        stack = deploy.deploy(cloud.gateway, template=template, root=root)
        made = LocalCloud(cloud, stack, folder, kept)
        seed.seed(made.invoke)
        yield made
