"""The work site of the local cloud at https://localhost, with its sample members."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local.bringing_up import LocalCloud
from infra.local.cloud import free_port
from infra.local.development_ca import server_certificate
from infra.local.members import RECORDER
from infra.local.terminator import Behind, terminator
from nbcredit.command.calls import Client
from nbcredit.wire.certificates import ShowAuthority

USUAL_PORT: Final = 8443


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site is, and the certificate to trust."""

    port: int
    authority: Path

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"


@contextmanager
def site(local: LocalCloud, *, port: int = USUAL_PORT) -> Iterator[Site]:
    """Stand in front of the REST API as the terminator of a private network does."""
    folder = local.folder.path / "tls"
    server = server_certificate(folder)
    outputs = local.stack.outputs
    secret = local.gateway.secrets.get_secret_value(SecretId=outputs["TerminatorSecret"])
    behind = Behind(
        port=local.cloud.port,
        prefix=f"/restapis/{outputs['WorkSiteApiId']}/v1/_user_request_",
        secret=secret["SecretString"].encode(),
    )
    issuers = Client(local.invoke, RECORDER).call(
        ShowAuthority(caller=RECORDER, purpose="本机云的 TLS 终结")
    )["pem"]
    chosen = free_port(port)
    with terminator(behind, port=chosen, server=server, issuers=issuers) as listening:
        yield Site(listening, folder / "development-ca.pem")
