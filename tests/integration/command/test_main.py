import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from nbcredit.command.main import app
from tests.integration.command.platforms import CATALOGUE, NOW, a_problem, a_stage

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    command = command or get_command(app)
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*path, name))


class TestHelp:
    @pytest.mark.parametrize("path", list(commands()), ids=" ".join)
    def test_of_every_command_and_option_is_chinese(self, path: tuple[str, ...]) -> None:
        command: Any = get_command(app)
        for name in path:
            command = command.commands[name]

        result = CliRunner().invoke(app, [*path, "--help"])

        assert result.exit_code == 0
        assert CHINESE.search(command.help or "")
        assert all(CHINESE.search(param.help or "") for param in command.params), path
        assert "Show this message" not in result.output
        assert "Usage:" not in result.output
        assert not re.search("[，；。] [\u4e00-\u9fff]", result.output)
        assert " …" not in result.output


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["upload"], "缺少必填"),
            (["upload", "x", "--nonsense"], "没有选项 --nonsense"),
            (["nonsense"], "没有命令 nonsense"),
            (["redrive", "nonsense"], "可选：incoming、chunk、backfill、settle、relay、sweep"),
            (["sample", "x", "--out", "y", "--rows", "-1"], "--rows 的值不对：请写不小于 0 的"),
            (["sample", "x", "--out", "y", "--bad", "2"], "--bad 的值不对：请写不大于 1"),
            (
                ["sample", "x", "--out", "y", "--rows", "abc"],
                "--rows 的值不对：请写整数，如 200",
            ),
            (["redrive", "nonsense"], "队列的值不对"),
            (["sample", "x", "--out", "y"], "请用 --out 写成 y.csv"),
            (["records", "--purpose", "核查"], "两者选一"),
            (["catalogue", "show", "--on", "明天"], "2026-01-01"),
        ],
    )
    def test_is_explained_in_chinese_with_exit_code_2(self, args: list[str], said: str) -> None:
        result = CliRunner().invoke(app, args)

        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.output


class TestConnection:
    def test_missing_says_how_to_get_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("NBCREDIT_STACK", raising=False)

        result = CliRunner().invoke(app, ["queues"])

        assert result.exit_code == 2
        assert "请在项目文件夹中运行" in result.stderr
        assert "make serve" in result.stderr
        assert "--stack" in result.stderr

    def test_broken_file_of_the_local_cloud_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".local").mkdir()
        (tmp_path / ".local" / "cloud.json").write_text("{}", encoding="utf-8")
        monkeypatch.chdir(tmp_path)

        result = CliRunner().invoke(app, ["queues"])

        assert result.exit_code == 2
        assert "cloud.json" in result.stderr


class TestRefusals:
    def test_show_the_platforms_own_words_code_and_faults(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text("{}", encoding="utf-8")
        problem = a_problem("catalogue-refused", "目录有 1 处错误。", "a：/title 缺少")
        with a_stage(publish_catalogue=problem) as stage:
            result = stage.run(
                "catalogue", "publish", str(tmp_path), "--version", "2026-2",
                "--effective-from", "2027-01-01", "--yes",
            )  # fmt: skip

        assert result.exit_code == 2
        assert "目录有 1 处错误。（catalogue-refused）" in result.stderr
        assert "- a：/title 缺少" in result.stderr

    def test_never_show_a_traceback_unless_asked(self) -> None:
        def broken(_call: dict[str, Any]) -> dict[str, Any]:
            raise RuntimeError("secret")

        with a_stage(verify_audit=broken) as stage:
            plain = stage.run("audit", "verify")
            detailed = stage.run("--debug", "audit", "verify")

        assert plain.exit_code == detailed.exit_code == 2
        assert "secret" not in plain.output
        assert "RuntimeError: secret" in detailed.output


class TestForms:
    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["records", "9133", "--purpose", "异议核查"], "18 位"),
            (["records", "91330206X8EDDRFJ2E", "--purpose", "查"], "2 到 100 个字"),
            (["status", "--provider", "市监局"], "如 scjg，见 nbcredit catalogue show"),
        ],
    )
    def test_are_explained_where_they_are_wrong(self, args: list[str], said: str) -> None:
        with a_stage() as stage:
            result = stage.run(*args)

        assert result.exit_code == 2
        assert said in result.stderr


class TestCaller:
    def test_is_an_operator_of_the_centre_unless_said_otherwise(self) -> None:
        with a_stage() as stage:
            stage.run("--as", "zhou", "catalogue", "show")
            stage.run("--as", "wu", "--organisation", "scjg", "catalogue", "show")

        assert [call["caller"] for call in stage.answers.asked] == [
            {"kind": "operator", "id": "zhou", "organisation": "centre"},
            {"kind": "provider", "id": "wu", "organisation": "scjg"},
        ]


class TestCatalogue:
    def test_is_shown_with_items_and_providers(self) -> None:
        with a_stage() as stage:
            result = stage.run("catalogue", "show")

        assert "目录 2026-1 版，2026-01-01 起生效" in result.stdout
        assert "administrative-penalty\t行政处罚\tscjg、zfj\t2\t行政相对人名称、" in result.stdout

    def test_is_checked_offline(self, tmp_path: Path) -> None:
        shipped = Path(__file__).parents[3] / "schemas" / "catalogue" / "2026-1"
        schema = json.loads((shipped / "legal-registration.json").read_text(encoding="utf-8"))
        del schema["x-item"]["naturalKey"]
        folder = tmp_path / "2026-2"
        folder.mkdir()
        (folder / "legal-registration.json").write_text(json.dumps(schema), encoding="utf-8")
        meta = (shipped.parent / "item.meta.json").read_bytes()
        (tmp_path / "item.meta.json").write_bytes(meta)

        good = CliRunner().invoke(app, ["catalogue", "check", "--offline", str(shipped)])
        bad = CliRunner().invoke(app, ["catalogue", "check", "--offline", str(folder)])

        assert good.exit_code == 0
        assert bad.exit_code == 2
        assert "naturalKey" in bad.stdout

    @pytest.mark.parametrize("command", [["check"], ["publish"]])
    def test_is_refused_with_the_faults_of_every_file(
        self, tmp_path: Path, command: list[str]
    ) -> None:
        for name, text in (("a", "{"), ("b", "{}"), ("c", "[]")):
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        version = ["--version", "2026-2", "--effective-from", "2027-01-01"]
        with a_stage() as stage:
            result = stage.run(
                "catalogue", *command, str(tmp_path), *(version if command == ["publish"] else ())
            )

            assert result.exit_code == 2
            assert "a.json：不是 UTF-8 编码的 JSON 对象（第 1 行第 2 列）" in result.stdout
            assert "b.json/" in result.stdout
            assert "c.json：" in result.stdout
            assert stage.answers.asked == []

    def test_says_from_when_a_published_version_is_in_force(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text('{"title": "甲"}', encoding="utf-8")
        with a_stage(publish_catalogue={"count": 1}) as stage:
            result = stage.run(
                "catalogue", "publish", str(tmp_path), "--version", "2026-2",
                "--effective-from", "2027-01-01", "--yes",
            )  # fmt: skip

            assert "2027-01-01 起生效" in result.stdout
            assert stage.answers.asked[0]["caller"]["organisation"] == "office"
            assert stage.answers.asked[0]["schemas"] == {"a": {"title": "甲"}}

    @pytest.mark.parametrize(("typed", "published"), [("y\n", True), ("n\n", False), ("", False)])
    def test_is_published_only_where_that_is_confirmed(
        self,
        tmp_path: Path,
        typed: str,
        published: bool,  # noqa: FBT001
    ) -> None:
        (tmp_path / "a.json").write_text('{"title": "甲"}', encoding="utf-8")
        with a_stage(publish_catalogue={"count": 1}) as stage:
            result = stage.run(
                "catalogue", "publish", str(tmp_path), "--version", "2026-2",
                "--effective-from", "2026-11-01", typed=typed,
            )  # fmt: skip

            assert "1 个目录项，2026-11-01 起生效，立即生效。" in result.stdout
            assert result.exit_code == (0 if published else 2)
            assert bool(stage.answers.asked) is published


class TestOrganisations:
    @pytest.mark.parametrize(
        ("asked", "codes"),
        [((), ["scjg", "zjj"]), (("住房",), ["zjj"]), (("scjg",), ["scjg"]), (("渔业",), [])],
    )
    def test_are_listed_with_region_and_kind(self, asked: Sequence[str], codes: list[str]) -> None:
        told = [
            {
                "code": code,
                "name": name,
                "kind": "department",
                "kind_text": "部门",
                "credit_code": "11330200XGJQ0UAU8Y",
                "region": "330200",
            }
            for code, name in (("scjg", "市市场监督管理局"), ("zjj", "市住房和城乡建设局"))
        ]
        with a_stage(list_organisations={"organisations": told}) as stage:
            result = stage.run("organisations", "show", *asked)

        lines = [line.split("\t") for line in result.stdout.splitlines()]
        assert [cells[0] for cells in lines[1:]] == codes
        assert all(cells[2:] == ["部门", "330200"] for cells in lines[1:])
        assert codes or "请换几个字" in result.stdout

    def test_are_loaded_from_a_file(self, tmp_path: Path) -> None:
        entry = {
            "code": "scjg",
            "name": "宁波市市场监督管理局",
            "kind": "department",
            "credit_code": "11330200XGJQ0UAU8Y",
            "region": "330200",
        }
        path = tmp_path / "organisations.json"
        path.write_text(json.dumps([entry]), encoding="utf-8")
        with a_stage(register_organisations={"count": 1}) as stage:
            result = stage.run("organisations", "load", str(path))

            assert "已登记 1 个单位" in result.stdout
            assert stage.answers.asked[0]["organisations"] == [entry]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('[{"code": "scjg"}]', "第 1 个单位的 name 缺少或不对（共 4 处）"),
            ("[1]", "第 1 个不是对象"),
            ("{}", "最外层不是数组"),
            ("名称,代码", "不是 UTF-8 编码的 JSON"),
        ],
    )
    def test_are_refused_where_the_file_is_wrong(
        self, tmp_path: Path, text: str, said: str
    ) -> None:
        path = tmp_path / "organisations.json"
        path.write_text(text, encoding="utf-8")
        with a_stage() as stage:
            result = stage.run("organisations", "load", str(path))

        assert result.exit_code == 2
        assert "bad-directory" in result.stderr
        assert said in result.stderr

    def test_are_refused_where_there_is_no_file(self, tmp_path: Path) -> None:
        with a_stage() as stage:
            result = stage.run("organisations", "load", str(tmp_path / "none.json"))

        assert result.exit_code == 2
        assert "没有文件" in result.stderr


class TestAudit:
    @pytest.mark.parametrize(("whole", "code"), [(True, 0), (False, 1)])
    def test_verification_ends_with_its_finding(self, whole: bool, code: int) -> None:  # noqa: FBT001
        report = {"whole": whole, "entries": 3, "chains": 1, "first_bad": "x", "reason": "缺号"}
        with a_stage(verify_audit=report) as stage:
            result = stage.run("audit", "verify", "--since", "2026-11-23")

            assert result.exit_code == code
            asked = stage.answers.asked[0]
            assert asked["since"] == "2026-11-22T16:00:00Z"
            assert asked["until"] == NOW.isoformat().replace("+00:00", "Z")


def test_the_fake_catalogue_is_valid() -> None:
    assert {item["code"] for item in CATALOGUE["items"]} >= {"legal-registration"}
