import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcredit.cleaning.clean_runs import OverItself, ResultInUse, clean_file
from nbcredit.cleaning.clean_summaries import CleanRun
from tests.cleaning_builders import (
    PENALTY,
    PERSON,
    REGISTRATION,
    RESIDENT,
    TODAY,
    an_item,
    csv_text,
)
from tests.files_to_clean import ROWS, WRONG, a_workbook, json_lines

ITEM: Final = "administrative-penalty"
ROOT: Final = Path(__file__).parents[2]
FORMULA: Final = re.compile(r"[=+\-@\t\r\n\0＝＋－＠]")

Clean = Callable[..., CleanRun]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "结果"


@pytest.fixture
def clean(tmp_path: Path, out: Path) -> Clean:
    def run(
        data: bytes | str, *, item: str = ITEM, name: str = "处罚.csv", **more: Any
    ) -> CleanRun:
        source = tmp_path / name
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        return clean_file(source, item=an_item(item), others=(), today=TODAY, out=out, **more)

    return run


def rows_in(out: Path) -> list[dict[str, Any]]:
    text = (out / "clean.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def table_in(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def summary_in(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return told


def names_in(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


@pytest.mark.requirement("A8.2")
@pytest.mark.requirement("A8.5")
class TestResults:
    def test_are_the_clean_rows_the_problems_and_a_summary(self, clean: Clean, out: Path) -> None:
        run = clean(csv_text(ROWS))

        assert names_in(out) == {"clean.ndjson", "issues.csv", "summary.json"}
        (row,) = rows_in(out)
        assert row["row"] == 2
        assert row["values"]["party_name"] == PENALTY["行政相对人名称"]
        assert [line[1] for line in table_in(out / "issues.csv")] == ["行", "3", "4"]
        assert (out / "issues.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        assert summary_in(out) == run.told()

    def test_count_every_row_once(self, clean: Clean, out: Path) -> None:
        clean(csv_text([*ROWS, WRONG, {}, PENALTY]))

        told = summary_in(out)
        ends = [told[name] for name in ("accepted", "rejected", "duplicate", "blank")]
        assert ends == [1, 2, 2, 2]
        assert told["rows"] == sum(ends) == 7
        assert len(rows_in(out)) == told["accepted"]

    def test_are_summed_up_for_programs_and_people(self, clean: Clean, out: Path) -> None:
        data = csv_text([*ROWS, *[WRONG] * 4]).encode()

        clean(data)

        told = summary_in(out)
        assert told["file"] == "处罚.csv"
        assert told["size"] == len(data)
        assert (told["format"], told["encoding"]) == ("csv", "utf-8")
        assert told["item"] == {"code": ITEM, "name": "行政处罚"}
        assert (told["catalogue"], told["today"]) == ("2026-1", "2026-11-23")
        assert told["issues"] == {"E303": 5, "W903": 1}
        first, second = told["causes"]
        assert first == {
            "code": "E303",
            "title": "日期不对",
            "severity": "error",
            "field": "decision_date",
            "header": "处罚决定日期",
            "rows": 5,
            "message": "处罚决定日期不是有效的日期：请写成 2026-01-05 这样的格式。",
            "places": [{"row": row, "column": "N", "value": "2026-13-45"} for row in (3, 6, 7)],
        }
        assert (second["code"], second["severity"]) == ("W903", "warning")
        assert "日期不对" in (out / "summary.json").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("data", "form", "encoding"),
        [
            (csv_text(ROWS).encode("gb18030"), "csv", "gb18030"),
            (csv_text(ROWS).encode("utf-8-sig"), "csv", "utf-8-sig"),
            (csv_text(ROWS).encode("utf-16"), "csv", "utf-16"),
            (csv_text(ROWS).replace(",", "\t").encode(), "tsv", "utf-8"),
            (a_workbook(ROWS), "workbook", ""),
        ],
    )
    def test_are_the_same_of_every_format(
        self, clean: Clean, out: Path, data: bytes, form: str, encoding: str
    ) -> None:
        clean(csv_text(ROWS))
        expected = rows_in(out), summary_in(out)["causes"]

        clean(data)

        told = summary_in(out)
        assert (told["format"], told["encoding"]) == (form, encoding)
        assert (rows_in(out), told["causes"]) == expected

    def test_are_the_same_of_json_lines(self, clean: Clean, out: Path) -> None:
        clean(json_lines([PENALTY, WRONG]), name="处罚.jsonl")

        told = summary_in(out)
        assert (told["format"], told["accepted"], told["rejected"]) == ("json-lines", 1, 1)
        assert rows_in(out)[0]["values"]["decision_date"] == "2026-10-12"

    def test_tell_what_was_changed(self, clean: Clean, out: Path) -> None:
        old = {**PENALTY, **PERSON, "证件号码": RESIDENT[:6] + RESIDENT[8:17]}

        clean(csv_text([{**old, "处罚决定日期": "2026年10月12日"}, PENALTY]))

        header, line = table_in(out / "changes.csv")
        assert header == ["行", "列", "表头", "字段", "改动", "原值", "改为"]
        assert line[:5] == ["2", "E", "证件号码", "document_number", "15 位号码换算为 18 位"]
        told = {(each["header"], each["kind"]): each for each in summary_in(out)["changes"]}
        assert told["处罚决定日期", "date"]["cells"] == 1
        assert told["证件号码", "old-number"]["label"] == "15 位号码换算为 18 位"

    def test_mask_what_is_personal_but_in_the_rows(self, clean: Clean, out: Path) -> None:
        wrong = RESIDENT[:-1] + ("1" if RESIDENT[-1] != "1" else "2")
        old = RESIDENT[:6] + RESIDENT[8:17]
        persons = [
            {**PENALTY, **PERSON, "行政相对人名称": "欧阳某某", "证件号码": number}
            for number in (wrong, old)
        ]

        run = clean(csv_text(persons))

        assert (run.counts.accepted, run.counts.rejected) == (1, 1)
        assert rows_in(out)[0]["values"]["document_number"] == RESIDENT
        for name in ("issues.csv", "changes.csv", "summary.json"):
            text = (out / name).read_text(encoding="utf-8")
            for secret in (wrong, old, RESIDENT, "欧阳某某"):
                assert secret not in text, name

    @pytest.mark.fault("F40")
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.sampled_from("=+-@\t＝＋－＠'"),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    )
    def test_hold_no_formula(self, clean: Clean, out: Path, start: str, rest: str) -> None:
        text = start + rest.replace('"', "")
        row = {**REGISTRATION, "登记状态": text, "成立日期": text, "统一社会信用代码": text}

        clean(csv_text([{**row, f"{text}列": "x"}]), item="legal-registration")

        for path in out.glob("*.csv"):
            cells = [cell for line in table_in(path) for cell in line]
            assert not [cell for cell in cells if FORMULA.match(cell)]


@pytest.mark.requirement("A8.5")
class TestRefusedFile:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "E101"),
            (b"%PDF-1.7\n", "E103"),
            (csv_text([{"x": "1"}]).encode(), "E203"),
            # In the middle: two encodings, and a quote that swallows the rest.
            (csv_text([PENALTY] * 400).encode() + "宁波".encode("gb18030") + b"\n", "E104"),
            (csv_text([PENALTY] * 400).encode() + b'"x,\n' * 3, "E106"),
        ],
    )
    def test_leaves_the_reason_and_no_row(
        self, clean: Clean, out: Path, data: bytes, code: str
    ) -> None:
        clean(csv_text(ROWS))

        run = clean(data)

        assert run.refused
        assert names_in(out) == {"issues.csv", "summary.json"}
        assert [line[5] for line in table_in(out / "issues.csv")] == ["代码", code]
        told = summary_in(out)
        assert (told["refused"], told["rows"], told["accepted"]) == (True, 0, 0)
        assert told["issues"] == {code: 1}
        assert told["changes"] == []


class TestFolder:
    def test_keeps_the_earlier_results_where_a_run_is_broken_off(
        self, clean: Clean, out: Path
    ) -> None:
        clean(csv_text(ROWS))
        before = {path.name: path.read_bytes() for path in out.iterdir()}

        def stop(_count: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            clean(csv_text([PENALTY]), watch=stop)

        assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    def test_holds_only_results_of_the_last_run(self, clean: Clean, out: Path) -> None:
        clean(csv_text([{**PENALTY, "备注": "暂无"}]))
        assert "changes.csv" in names_in(out)

        clean(csv_text([PENALTY]))

        assert names_in(out) == {"clean.ndjson", "issues.csv", "summary.json"}

    def test_is_never_that_of_the_file_itself(self, clean: Clean, out: Path) -> None:
        out.mkdir()
        with pytest.raises(OverItself):
            clean(csv_text([PENALTY]), name="结果/issues.csv")

        assert (out / "issues.csv").read_bytes() == csv_text([PENALTY]).encode()

    def test_says_that_a_result_is_open_elsewhere(
        self, clean: Clean, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def locked(_path: Path, _target: Path) -> None:
            raise PermissionError

        monkeypatch.setattr(Path, "replace", locked)

        with pytest.raises(ResultInUse, match="Excel"):
            clean(csv_text([PENALTY]))

    def test_is_told_of_each_byte_twice(self, clean: Clean) -> None:
        seen: list[int] = []

        run = clean(csv_text(ROWS), watch=seen.append)

        assert sum(seen) == 2 * run.facts.size


PROGRAM = """
import resource, sys
from pathlib import Path
from nbcredit.cleaning.clean_runs import clean_file
from tests.cleaning_builders import REGISTRATION, TODAY, an_item, csv_text

folder, count = Path(sys.argv[1]), int(sys.argv[2])
head, row = csv_text([{**REGISTRATION, "成立日期": "2026-13-45"}]).splitlines()
with (folder / "file.csv").open("w", encoding="utf-8") as stream:
    stream.write(head + "\\n")
    for n in range(count):
        stream.write(row.replace("宁波某某", f"宁波{n}") + "\\n")
run = clean_file(
    folder / "file.csv",
    item=an_item("legal-registration"),
    others=(),
    today=TODAY,
    out=folder / "out",
)
assert run.counts.rejected == count
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kilobytes(folder: Path, rows: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(rows)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.fault("F47")
def test_ten_times_the_same_errors_take_no_more_memory(tmp_path: Path) -> None:
    small, large = peak_kilobytes(tmp_path, 5_000), peak_kilobytes(tmp_path, 50_000)

    assert large - small < 4_000
    _, *lines = table_in(tmp_path / "out" / "issues.csv")
    assert len(lines) == 50_000
    assert {line[0] for line in lines} == {"50000"}
    (cause,) = summary_in(tmp_path / "out")["causes"]
    assert (cause["rows"], len(cause["places"])) == (50_000, 3)
