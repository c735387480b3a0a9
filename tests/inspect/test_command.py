"""`zoo inspect`: the files that it writes, and what it says of a wrong command line."""

import argparse
import io
import json
import webbrowser

import pytest

from tests.inspect.texts import NAMES
from zoo.cli import inspect
from zoo.cli.arguments import UsageError

TINY = "bilstm-ner-tiny"


def run(*arguments):
    parser = argparse.ArgumentParser()
    inspect.add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["inspect", *arguments])
    return args.run(args)


def test_it_writes_a_page_and_pictures(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert run(TINY, NAMES, "--output", str(folder), "--json") is None
    said = json.loads(capsys.readouterr().out)
    assert said["page"] == str(folder / "index.html")
    assert sorted(said["pictures"]) == sorted(path.name for path in folder.glob("*.png"))
    assert len(said["pictures"]) > 3


@pytest.fixture
def no_pictures(monkeypatch):
    """Leave the pictures out: drawing them takes seconds."""
    monkeypatch.setattr("zoo.inspect.report.page.inspection_figures", lambda inspection: {})


@pytest.mark.usefixtures("no_pictures")
def test_it_reads_stdin_and_opens_the_page(tmp_path, capsys, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr("sys.stdin", io.StringIO(NAMES))
    monkeypatch.chdir(tmp_path)
    run(TINY, "-", "--open")
    page = tmp_path / "runs" / f"inspect-{TINY}" / "index.html"
    assert opened == [page.as_uri()]
    assert "George" in page.read_text(encoding="utf-8")
    assert str(page.relative_to(tmp_path)) in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_words(text, tmp_path):
    with pytest.raises(UsageError, match="must have words in it"):
        run(TINY, text, "--output", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_pictures")
def test_an_output_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("here")
    with pytest.raises(UsageError, match="--output cannot be written"):
        run(TINY, NAMES, "--output", str(tmp_path / "file"))
