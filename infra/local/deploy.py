"""The template on a running MiniStack, as one stack."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from infra.local import fittings, templates
from infra.local.gateway import Gateway

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = ROOT / "template.yaml"
STACK: Final = "nbcredit-local"
# What the template leaves to each deployment. Retries come fast, and two cores are not crowded.
PARAMETERS: Final[Mapping[str, str]] = {
    "Local": "true",
    "RetryBaseSeconds": "1",
    "CertificateSource": "terminator",
    "PasswordMemoryKib": "8192",
    "SiteName": "宁波市公共信用信息平台",
    "SiteHost": "宁波市信用体系建设领导小组办公室",
    "SiteOperator": "宁波市公共信用信息中心",
    "SiteContact": "本机试用，没有联系电话",
}

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_DEPLOY_SECONDS: Final = 120


class DeployError(Exception):
    """The stack did not come up; every resource that failed is named with its reason."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is up: its outputs, and the resources' physical names."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]


def deploy(gateway: Gateway, *, template: Path = TEMPLATE, root: Path = ROOT) -> Stack:
    """Bring the stack up or up to date, and return it."""
    source = templates.read(template)
    made = templates.for_ministack(source, root=root, gateway=gateway)
    declared = made.get("Parameters", {})
    parameters: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in PARAMETERS.items()
        if name in declared
    ]
    _apply(gateway, templates.uploaded(made, gateway), parameters)
    described = _settled(gateway)
    if described["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError("\n".join((described["StackStatus"], *_failures(gateway))))
    stack = Stack(
        name=STACK,
        outputs={each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])},
        resources={
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in gateway.cloudformation.describe_stack_resources(StackName=STACK)[
                "StackResources"
            ]
        },
    )
    fittings.apply(gateway, source, stack.resources)
    return stack


def _apply(gateway: Gateway, address: str, parameters: "list[ParameterTypeDef]") -> None:
    cloudformation = gateway.cloudformation
    try:
        cloudformation.create_stack(
            StackName=STACK, TemplateURL=address, Parameters=parameters, Capabilities=_CAPABILITIES
        )
    except cloudformation.exceptions.AlreadyExistsException:
        try:
            cloudformation.update_stack(
                StackName=STACK,
                TemplateURL=address,
                Parameters=parameters,
                Capabilities=_CAPABILITIES,
            )
        except ClientError as error:
            if "No updates" not in str(error):
                raise DeployError(str(error)) from error
    except ClientError as error:
        raise DeployError(str(error)) from error


def _settled(gateway: Gateway) -> "StackTypeDef":
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while True:
        described = gateway.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if not described["StackStatus"].endswith("_IN_PROGRESS"):
            return described
        if time.monotonic() > deadline:
            raise DeployError(f"{described['StackStatus']} after {_DEPLOY_SECONDS} s")
        time.sleep(0.1)


def _failures(gateway: Gateway) -> Iterator[str]:
    events = gateway.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    for event in reversed(events):
        if "FAILED" in event["ResourceStatus"]:
            yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
