from pathlib import Path

from typer.testing import CliRunner

from nbcredit.command.main import app


class TestSample:
    def test_writes_a_file_in_the_encoding_asked_for(self, tmp_path: Path) -> None:
        path = tmp_path / "sample.csv"

        result = CliRunner().invoke(
            app,
            ["sample", "administrative-penalty", "--rows", "200", "--bad", "0.1", "--codes",
             "--encoding", "gb18030", "--out", str(path)],
        )  # fmt: skip

        lines = path.read_bytes().decode("gb18030").splitlines()
        assert result.exit_code == 0, result.output
        assert lines[0].startswith("CF_XDR_MC,")
        assert len(lines) >= 201
        assert "E401" in result.stdout

    def test_takes_the_name_of_an_item_for_its_code(self, tmp_path: Path) -> None:
        path = tmp_path / "x.csv"

        result = CliRunner().invoke(app, ["sample", "行政处罚", "--rows", "3", "--out", str(path)])

        assert result.exit_code == 0, result.output
        assert path.exists()

    def test_is_not_called_what_it_is_not(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"

        result = CliRunner().invoke(app, ["sample", "administrative-penalty", "--out", str(path)])

        assert result.exit_code == 2
        assert "请用 --out 写成 x.csv" in result.stderr
        assert not path.exists()

    def test_says_which_item_it_does_not_know(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(app, ["sample", "nonsense", "--out", str(tmp_path / "x.csv")])

        assert result.exit_code == 2
        assert "nonsense" in result.stderr
        assert "administrative-penalty（行政处罚）" in result.stderr
        assert "nbcredit catalogue show" in result.stderr
        assert not (tmp_path / "x.csv").exists()
