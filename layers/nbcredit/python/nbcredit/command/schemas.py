"""The catalogue's schema files on this machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nbcredit.domain.catalogue import Item, UnknownItem
from nbcredit.domain.errors import BadRequest, NotFound

_SHIPPED: Final = Path("schemas") / "catalogue"
_META: Final = "item.meta.json"


class NoSchemas(NotFound):
    """No folder of schemas was found."""

    code = "no-schemas"

    def __init__(self) -> None:
        super().__init__(
            "没有找到目录文件夹 schemas/catalogue：请在项目文件夹中运行，或用 --catalogue 指定。"
        )


class BadSchemaFile(BadRequest):
    """A file of the folder is not JSON."""

    code = "bad-schema-file"

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"{path.name}：不是 UTF-8 编码的 JSON 对象（{cause}）。")


class EmptyFolder(NotFound):
    """The folder has no schemas."""

    code = "empty-folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹 {folder} 中没有目录项（*.json）。")


def read_folder(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the schemas of a folder by item code, which is the file's name, and what is none."""
    schemas: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.json")):
        try:
            schemas[path.stem] = _read(path)
        except BadSchemaFile as refused:
            faults.append(str(refused))
    if not schemas and not faults:
        raise EmptyFolder(folder)
    return schemas, faults


def _read(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadSchemaFile(path, _cause(error)) from error
    if not isinstance(schema, dict):
        raise BadSchemaFile(path, "最外层不是对象")
    return schema


def _cause(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.lineno} 行第 {error.colno} 列"
    return "不是 UTF-8 编码" if isinstance(error, UnicodeDecodeError) else "嵌套太深"


def shipped_folder(start: Path) -> Path:
    """Return the newest catalogue version of the nearest `schemas/catalogue`."""
    here = Path(__file__).resolve()
    for folder in (start, *start.parents, *here.parents):
        root = folder / _SHIPPED
        versions = [path for path in root.glob("*-*") if path.is_dir()] if root.is_dir() else []
        if versions:
            return max(versions, key=_order)
    raise NoSchemas


def read_meta(folder: Path) -> dict[str, Any]:
    """Return the meta-schema beside the versions, the folder's own where it has one."""
    for each in (folder.parent, folder, shipped_folder(folder).parent):
        if (path := each / _META).is_file():
            meta: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return meta
    raise NoSchemas


def item_in(folder: Path, code: str) -> Item:
    """Return one item of a catalogue folder, by its code or its name."""
    path = folder / f"{code}.json"
    if path in folder.glob("*.json"):
        return Item.from_schema(_read(path), version=folder.name)
    # Whoever knows the item by its name reads all of them to find its code.
    schemas, _faults = read_folder(folder)
    named = code_of(code, {each: str(schema.get("title")) for each, schema in schemas.items()})
    return Item.from_schema(schemas[named], version=folder.name)


def code_of(told: str, names: Mapping[str, str]) -> str:
    """Return the code of an item that is told by code or by name, or raise `UnknownItem`."""
    if told in names:
        return told
    for code, name in names.items():
        if name == told.strip():
            return code
    raise UnknownItem(told)


def _order(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in folder.name.split("-"))
