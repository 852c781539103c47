"""The template as MiniStack gets it: as it is, with the code in a bucket."""

import copy
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

from infra.local import packages
from infra.local.gateway import Gateway

Template = dict[str, Any]

_CODE_BUCKET: Final = "nbcredit-local-code"
_CODE: Final = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
# The only layer whose content is the platform's own; the others hold what the environment has.
_OWN_LAYER: Final = PurePosixPath("layers/nbcredit")


def read(path: Path) -> Template:
    """Read a SAM template with CloudFormation's short forms spelled out."""
    template: Template = yaml_parse(path.read_text(encoding="utf-8"))
    return template


def resources(template: Template, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the resources of some types with their properties."""
    for name, resource in template["Resources"].items():
        if resource["Type"] in types:
            yield name, resource.get("Properties", {})


def for_ministack(template: Template, *, root: Path, gateway: Gateway) -> Template:
    """Return a copy with the code uploaded and named."""
    made = copy.deepcopy(template)
    _make_bucket(gateway)
    for _, properties in resources(made, *_CODE):
        part = next(part for part in _CODE.values() if part in properties)
        content = _content(properties[part], root)
        key = hashlib.sha256(content).hexdigest() + ".zip"
        gateway.s3.put_object(Bucket=_CODE_BUCKET, Key=key, Body=content)
        properties[part] = f"s3://{_CODE_BUCKET}/{key}"
    for _, properties in resources(made, "AWS::Serverless::Api"):
        # CloudFormation's spelling of a slash; MiniStack compares the text as it stands.
        if "BinaryMediaTypes" in properties:
            spelled = [each.replace("~1", "/") for each in properties["BinaryMediaTypes"]]
            properties["BinaryMediaTypes"] = spelled
    for resource in made["Resources"].values():
        # Instructions for `sam build`, which has no part in this.
        resource.pop("Metadata", None)
    return made


def uploaded(template: Template, gateway: Gateway) -> str:
    """Put the template beside the code and return its address: a request holds 51,200 bytes."""
    body = json.dumps(template, default=str, ensure_ascii=False).encode()
    key = hashlib.sha256(body).hexdigest() + ".json"
    gateway.s3.put_object(Bucket=_CODE_BUCKET, Key=key, Body=body)
    return f"{gateway.s3.meta.endpoint_url}/{_CODE_BUCKET}/{key}"


def _content(location: str, root: Path) -> bytes:
    path = PurePosixPath(location)
    if path.parts[0] == "layers" and path != _OWN_LAYER:
        return packages.nothing()
    return packages.archive(root / path)


def _make_bucket(gateway: Gateway) -> None:
    names = {bucket.get("Name") for bucket in gateway.s3.list_buckets()["Buckets"]}
    if _CODE_BUCKET not in names:
        gateway.s3.create_bucket(Bucket=_CODE_BUCKET)
