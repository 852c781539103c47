"""Which deployment the command line talks to: a stack, or the local cloud in a parent folder."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from nbcredit.domain.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

LOCAL_FILE: Final = Path(".local") / "cloud.json"
STACK_VARIABLE: Final = "NBCREDIT_STACK"
# Longer than any function behind the calls may run.
_READ_TIMEOUT: Final = 90


class NoConnection(NotFound):
    """Nothing says which deployment is meant."""

    code = "no-connection"

    def __init__(self) -> None:
        super().__init__(
            "没有找到要连接的平台：请在项目文件夹中运行，"
            "并在另一个窗口用 make serve 启动本机云，"
            f"或用 --stack 指定已部署的 CloudFormation 堆栈（也可设环境变量 {STACK_VARIABLE}）。"
        )


class UnknownStack(NotFound):
    """CloudFormation knows no such stack, or does not show it to this account."""

    code = "unknown-stack"

    def __init__(self, stack: str, region: str) -> None:
        super().__init__(
            f"区域 {region} 中没有可读取的堆栈“{stack}”：请检查 --stack、--region 和所用的凭证。"
        )


class MissingOutput(NotFound):
    """The deployment has no such output: it is older or newer than this program."""

    code = "missing-output"

    def __init__(self, name: str) -> None:
        super().__init__(f"所连接的平台没有输出项 {name}：它与本程序的版本可能不一致。")


class BrokenLocalFile(NotFound):
    """The local cloud's file cannot be read."""

    code = "broken-local-file"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} 内容不完整：请停止并重新运行 make serve。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One deployment: its outputs by logical id, and how to reach it."""

    outputs: Mapping[str, str]
    region: str | None = None
    endpoint_url: str | None = None
    keys: tuple[str, str] | None = field(default=None, repr=False)
    default_providers: Mapping[str, str] = field(default_factory=dict)
    organisation: str | None = None

    def output(self, name: str) -> str:
        try:
            return self.outputs[name]
        except KeyError:
            raise MissingOutput(name) from None

    def sqs(self) -> "SQSClient":
        return self._session().client("sqs", endpoint_url=self.endpoint_url)

    def functions(self) -> "LambdaClient":
        # A call that changes something must not be made twice because its answer was slow.
        config = Config(read_timeout=_READ_TIMEOUT, retries={"total_max_attempts": 1})
        return self._session().client("lambda", endpoint_url=self.endpoint_url, config=config)

    def _session(self) -> boto3.session.Session:
        key, secret = self.keys or (None, None)
        return boto3.session.Session(
            aws_access_key_id=key, aws_secret_access_key=secret, region_name=self.region
        )


def of_stack(stack: str, region: str | None) -> Connection:
    """Return the connection to a deployed stack."""
    client = boto3.session.Session(region_name=region).client("cloudformation")
    return Connection(outputs=outputs_of(client, stack), region=client.meta.region_name)


def outputs_of(client: "CloudFormationClient", stack: str) -> dict[str, str]:
    """Read the outputs of a stack, or raise `UnknownStack`."""
    try:
        described = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        raise UnknownStack(stack, client.meta.region_name) from error
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}


def find(
    *,
    stack: str | None,
    region: str | None,
    environment: Mapping[str, str],
    folder: Path,
    read_stack: Callable[[str, str | None], Connection] = of_stack,
) -> Connection:
    """Return the named stack's connection, else the nearest local cloud's."""
    if named := stack or environment.get(STACK_VARIABLE):
        return read_stack(named, region)
    for each in (folder, *folder.parents):
        if (path := each / LOCAL_FILE).is_file():
            return of_local_cloud(path)
    raise NoConnection


def of_local_cloud(path: Path) -> Connection:
    """Read what the local cloud wrote about itself."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Connection(
            outputs=facts["outputs"],
            region=facts["region"],
            endpoint_url=facts["endpoint_url"],
            keys=(facts["access_key_id"], facts["secret_access_key"]),
            default_providers=facts.get("default_providers", {}),
            organisation=facts.get("organisation"),
        )
    except (KeyError, ValueError) as error:
        raise BrokenLocalFile(path) from error
