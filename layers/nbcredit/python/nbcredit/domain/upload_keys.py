"""Where uploads are put: a key names provider, item, period and file."""

from dataclasses import dataclass
from typing import Self

from nbcredit.domain.errors import BadRequest


class BadUploadKey(BadRequest):
    """The object's key is not `incoming/<provider>/<item>/<period>/<name>`."""

    code = "bad-upload-key"

    def __init__(self, key: str) -> None:
        super().__init__("上传位置应为 incoming/单位代码/目录项/报送期/文件名。")
        self.key = key


@dataclass(frozen=True, slots=True)
class UploadKey:
    """Where a provider puts a file, taken apart; the name is data and is never used as a path."""

    provider: str
    item: str
    period: str
    name: str

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read an object key that is already URL-decoded, once."""
        match key.split("/", 4):
            case ["incoming", provider, item, period, name] if all((provider, item, period, name)):
                return cls(provider, item, period, name)
        raise BadUploadKey(key)

    @classmethod
    def guessed(cls, key: str) -> Self:
        """Return what can be told of a wrong place; what cannot is a dash."""
        *folders, name = key.split("/")[1:] or [key]
        provider, item, period = [*folders, "-", "-", "-"][:3]
        return cls(provider or "-", item or "-", period or "-", name or "-")

    @staticmethod
    def provider_in(key: str) -> str:
        """Return the provider whose prefix the key lies in, even where the rest is wrong."""
        return [*key.split("/", 2), "", ""][1]

    def __str__(self) -> str:
        return f"incoming/{self.provider}/{self.item}/{self.period}/{self.name}"


def api_name(sha256: str) -> str:
    """Return the name under which rows that came with a call are kept: their content alone."""
    return f"api-{sha256}.jsonl"
