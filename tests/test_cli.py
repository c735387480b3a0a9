import io
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

import zoo
from tests.hub.folders import make_model
from zoo import cli, cost
from zoo.hub import store
from zoo.recipes import all_recipes, recipe_named
from zoo.recipes.command import describe_keys
from zoo.recipes.configuration import flat
from zoo.runtime import TextClassifier
from zoo.text import Vocabulary, WordTokenizer
from zoo.text.markup import blank_markup

TEXTS = ["a(b)c", "", "((a)", "x[y]z(" * 9, "é(ü)"]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A checkout with two bundled models."""
    monkeypatch.setattr(store, "_PACKAGE", tmp_path / "zoo")
    for name in ("tiny-ner", "tiny-brackets"):
        make_model(tmp_path / "saved_models", name)
    return tmp_path


def plain(prediction):
    """The prediction as it must come out of JSON."""
    if isinstance(prediction, list):
        return [json.loads(json.dumps(asdict(each))) for each in prediction]
    return json.loads(json.dumps(asdict(prediction)))


def test_list(shelf, capsys):
    assert cli.main(["list", "*ner"]) == 0
    head, _, line = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.split("|")[1:3]] == ["model", "task"]
    assert [cell.strip() for cell in line.split("|")[1:3]] == ["tiny-ner", "token-tagging"]
    assert cli.main(["list", "nothing-like-it"]) == 0 and capsys.readouterr().out == ""


LARGE = "cost --cell gru --input 4096 --units 4096 --layers 4 --budget 366592000"


@pytest.mark.parametrize("command", ["list", "cost --article", LARGE])
def test_lines_fit_a_terminal(capsys, command):
    assert cli.main(command.split()) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_evaluate_measures_a_model_on_a_file(tmp_path, capsys):
    examples = tmp_path / "mine.conll"
    examples.write_text("Angela B-PER\nMerkel I-PER\nvisited O\nParis B-LOC\n. O\n")
    assert cli.main(["evaluate", "bilstm-ner", str(examples)]) == 0
    assert capsys.readouterr().out == "entity F1 100.00 on 1 examples\n"
    assert cli.main(["evaluate", "bilstm-ner", str(examples), "--json"]) == 0
    found = zoo.evaluate("bilstm-ner", examples)
    assert json.loads(capsys.readouterr().out) == found._asdict()
    assert cli.main(["evaluate", "bilstm-ner", str(examples), "--text-column=a"]) == 2
    assert "--text-column: no option for such files" in capsys.readouterr().err
    assert cli.main(["evaluate", "bilstm-ner", str(examples), "--tag-column=7"]) == 2
    assert "none for --tag-column 7" in capsys.readouterr().err
    assert cli.main(["evaluate", "bilstm-ner", str(tmp_path / "none")]) == 2
    assert "FILE must be a file or folder" in capsys.readouterr().err
    examples.write_text("Angela B-GENE\nvisited O\n")
    assert cli.main(["evaluate", "bilstm-ner", str(examples)]) == 2
    assert "'B-GENE' are none of the model's: 'LOC', 'MISC'" in capsys.readouterr().err


def test_list_json(shelf, capsys):
    assert cli.main(["list", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert [card["name"] for card in cards] == zoo.list_models() == ["tiny-brackets", "tiny-ner"]


def test_info(shelf, capsys):
    assert cli.main(["info", "tiny-ner"]) == 0
    assert capsys.readouterr().out == zoo.info("tiny-ner").to_markdown()
    assert cli.main(["info", "tiny-ner", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == zoo.info("tiny-ner").to_dict()


@pytest.mark.parametrize("source", ["text", "stdin", "file"])
def test_predict_json_is_what_the_predictor_says(source, tmp_path, capsys, monkeypatch):
    texts = TEXTS if source != "text" else TEXTS[:1]
    lines = "".join(f"{text}\n" for text in texts)
    (tmp_path / "texts.txt").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    given = {"text": TEXTS[0], "stdin": "-", "file": f"--file={tmp_path / 'texts.txt'}"}[source]
    assert cli.main(["predict", "bilstm-brackets", given, "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    predictor = zoo.load("bilstm-brackets")
    assert [record["text"] for record in records] == texts
    assert [record["prediction"] for record in records] == [plain(predictor(t)) for t in texts]


def test_predict_writes_a_line_for_each_text(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{text}\n" for text in TEXTS)))
    assert cli.main(["predict", "bilstm-brackets", "-"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(TEXTS)


@pytest.fixture
def classifier(monkeypatch):
    """What `zoo.load` gives: a classifier that counts good words, without a model."""

    def engine(inputs):
        good = (inputs["ids"] == 2).mean()
        return {"scores": np.array([1 - good, good])}

    vocabulary = Vocabulary(["[PAD]", "[UNK]", "good"])
    labels = ["negative", "positive"]
    predictor = TextClassifier(WordTokenizer(), vocabulary, blank_markup, labels, engine, None)
    monkeypatch.setattr(zoo, "load", lambda name, runtime: predictor)
    return predictor


def test_predict_says_of_a_text_what_it_is(classifier, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("good good good film\n<br />\n"))
    assert cli.main(["predict", "sentiment", "-"]) == 0
    assert capsys.readouterr().out == "positive 0.75\nno words\n"


def test_predict_explains_with_the_heaviest_words(classifier, capsys, monkeypatch):
    lines = ["<i>Good</i>, good good", "", "very " * 20 + "good"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert cli.main(["predict", "sentiment", "-", "--explain"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:6] == [
        "positive 0.75",
        "  +0.2500  3:7    Good",
        "  +0.2500  13:17  good",
        "  +0.2500  18:22  good",
        "  +0.0000  11:12  ,",
        "no words",
    ]
    assert out[6:8] == ["negative 0.95", "  -0.0476  100:104  good"]
    assert len(out) == 6 + 1 + 10


@pytest.mark.parametrize("text", ["Good <br /> good film, " * 9, ""])
def test_predict_explains_in_json_with_all_words(classifier, capsys, text):
    assert cli.main(["predict", "sentiment", text, "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "text": text,
        "prediction": plain(classifier(text)),
        "words": plain(classifier.explain(text)),
    }


def test_a_model_that_cannot_explain_says_so(capsys):
    assert cli.main(["predict", "bilstm-brackets", "(", "--explain"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "zoo: --explain requires a text classifier; the task of bilstm-brackets is token-tagging\n"
    )


def test_predict_answers_an_endless_input_until_its_reader_has_enough():
    command = [sys.executable, "-m", "zoo.cli", "predict", "bilstm-brackets", "-"]
    with (
        subprocess.Popen(["yes", "a(b)c"], stdout=subprocess.PIPE) as yes,
        subprocess.Popen(
            command, stdin=yes.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as predict,
    ):
        lines = [predict.stdout.readline() for _ in range(1000)]
        predict.stdout.close()
        assert predict.wait(timeout=60) == 0, predict.stderr.read()
        yes.kill()
    assert len(set(lines)) == 1 and lines[0].strip()


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        (["ner", "--help"], 0, "model.stack.units"),
        (["nerr"], 2, "no recipe is named 'nerr'. Did you mean 'ner'?"),
        (["mine.py"], 2, "mine.py: no such file"),
        (["ner", "--set", "model.stack.unit=3"], 2, "Did you mean 'model.stack.units'?"),
        (["ner", "--set", "epochs=ten"], 2, "`epochs` must be of type int, such as 40; got 'ten'"),
        (["ner", "--set", "model.head=crff"], 2, '`model.head` must be one of "crf", "softmax"'),
        (["ner", "--config", "none.json"], 2, "none.json: No such file or directory"),
        (["ner", "--config", "[3]"], 2, "[3]: No such file or directory"),
        (["ner", "--seeds", "one"], 2, "must be a whole number 0 or more; got 'one'"),
    ],
)
def test_a_command_line_of_a_recipe_is_checked_before_anything_is_loaded(arguments, code, printed):
    heavy = "{'tensorflow', 'keras', 'jax', 'sklearn'}"
    script = (
        "import sys; from zoo import cli\n"
        f"try: code = cli.main(['train', *{arguments!r}])\n"
        "except SystemExit as error: code = error.code\n"
        f"assert not {heavy} & {{*sys.modules}}\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert printed in done.stdout + done.stderr


def seconds(*command):
    """Return the processor time of a command, whatever else runs, and its output."""
    before = os.times()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    after = os.times()
    of_children = after.children_user + after.children_system
    return of_children - before.children_user - before.children_system, done.stdout


def test_help_of_a_recipe_takes_half_a_second_more_than_nothing():
    bare, ours = [], []
    for _ in range(3):
        bare.append(seconds("-c", "import numpy"))
        ours.append(seconds("-m", "zoo.cli", "train", "ner", "--help"))
    assert min(ours)[0] < min(bare)[0] + 0.5


@pytest.mark.parametrize(
    ("recipe", "arguments", "message"),
    [
        ("ner", ["--dev={file}"], "file:1: "),
        ("sentiment", [], "file:1: no column 'text' among ['good film']."),
    ],
)
def test_a_file_that_a_recipe_cannot_read_is_one_line(recipe, arguments, message, tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("good film\n")
    given = [f"--train={file}", *(each.format(file=file) for each in arguments)]
    assert cli.main(["train", recipe, *given, f"--output={tmp_path / 'runs'}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()[-1:]
    assert line.startswith(f"zoo: {tmp_path}/{message}")


def test_the_recipes_are_listed(capsys):
    assert cli.main(["recipes", "--json"]) == 0
    assert {"brackets", "ner", "sentiment"} <= {*json.loads(capsys.readouterr().out)}


def test_cost_shows_one_and_both_directions(capsys):
    assert cli.main(["cost", "--cell", "gru", "--input", "7", "--units", "5", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    for row, both in zip(rows, (False, True), strict=True):
        spec = ("gru", 7, 5, 1, both)
        assert row["keras_parameters"] == cost.parameters(*spec)
        assert row["torch_parameters"] == cost.parameters(*spec, counting="torch")
        assert row["flops_per_token"] == cost.flops_per_token(*spec)


def test_cost_text_holds_the_numbers_of_its_json(capsys):
    assert cli.main(["cost", "--article"]) == 0
    head, rule, *lines = capsys.readouterr().out.splitlines()
    assert cli.main(["cost", "--article", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert f"{row['torch_parameters']:,}" in line
        assert f"{row['keras_parameters']:,}" in line
        assert len(line) == len(head) == len(rule)


def test_the_site_holds_the_cost_table(capsys):
    assert cli.main(["cost", "--article"]) == 0
    page = Path(__file__).resolve().parent.parent / "docs/pages/benchmarks/speed.md"
    table = f"<!-- table:cost -->\n{capsys.readouterr().out}<!-- /table:cost -->"
    assert table in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("counting", cost.COUNTINGS)
def test_cost_budget(counting, capsys):
    arguments = ["cost", "--budget", "366592", "--layers", "2", "--counting", counting, "--json"]
    assert cli.main(arguments) == 0
    match = cost.units_for_budget("lstm", 100, 366592, layers=2, counting=counting)
    assert json.loads(capsys.readouterr().out)["budget"] == match._asdict()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["info", "tiny-nerd"], "Did you mean 'tiny-ner'?"),
        (["predict", "tiny-nerd", "x"], "Did you mean 'tiny-ner'?"),
        (["predict", "path:nowhere", "x"], "has no card.json"),
        (["predict", "tiny-ner"], "either TEXT"),
        (["predict", "tiny-ner", "x", "--file", "y"], "either TEXT"),
        (["predict", "tiny-ner", "--file", "nowhere.txt"], "'nowhere.txt'"),
        (["train", "nerr"], "Did you mean 'ner'?"),
        (["cost", "--budget", "3"], "the cost of one unit"),
        (["cost"], "--units, --budget or --article"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_of_ours_is_one_line(shelf, capsys, arguments, words):
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("zoo: ") and err.count("\n") == 1
    assert words in err


def test_a_changed_file_is_one_line(shelf, capsys):
    (shelf / "saved_models" / "tiny-ner" / "model.tflite").write_bytes(b"changed")
    assert cli.main(["predict", "tiny-ner", "x"]) == 2
    assert "model.tflite: changed" in capsys.readouterr().err


def test_an_argument_that_is_not_utf8_is_answered():
    """Python hands its bytes on as lone surrogates, which no terminal can show."""
    command = [sys.executable, "-m", "zoo.cli", "predict", "bilstm-brackets", b"(\xff)"]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"(/inside \\udcff/inside )/inside\n"


@pytest.mark.parametrize("name", ["bilstm-ner", "bilstm-ner-tiny"])
def test_the_first_answer_comes_soon(name):
    ours, engines = [], []
    for _ in range(3):  # by turns, and the best counts: the others tell how busy the machine is
        ours.append(seconds("-m", "zoo.cli", "predict", name, "Ada met Bo in Rome."))
        engines.append(seconds("-c", "import numpy, ai_edge_litert.interpreter"))
    assert all("Rome/LOC" in printed for _, printed in ours)
    # Three times what the libraries take to load: our code, and a model that is checked and read.
    assert min(ours)[0] < 4 * min(engines)[0]


def test_input_that_is_not_utf8_is_one_line(tmp_path, capsys):
    (tmp_path / "latin.txt").write_bytes("é(".encode("latin-1"))
    assert cli.main(["predict", "bilstm-brackets", "--file", str(tmp_path / "latin.txt")]) == 2
    assert "utf-8" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--units", "--input", "--layers", "--budget"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many"])
def test_sizes_are_whole_numbers_above_0(flag, value, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["cost", f"{flag}={value}"])
    assert caught.value.code == 2
    assert f"{flag}: must be a whole number above 0; got '{value}'" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["2", "-0.1", "nan", "high", ""])
def test_a_least_score_is_a_fraction(value, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["predict", "bilstm-brackets", "a", f"--min-score={value}"])
    assert caught.value.code == 2
    assert f"must be a number between 0 and 1; got '{value}'" in capsys.readouterr().err


@pytest.mark.parametrize("recipe", all_recipes())
def test_the_keys_of_a_recipe_fit_a_terminal(recipe):
    lines = describe_keys(recipe_named(recipe)).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(any(key in line for line in lines) for key, _ in flat(recipe_named(recipe).keys))


def test_the_installed_command_is_this_one():
    command = Path(sys.executable).parent / "zoo"
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"zoo {zoo.__version__}\n"


def test_an_app_holds_the_file_unchanged(tmp_path, capsys):
    app = tmp_path / "app"
    given = ["export", "bilstm-brackets", "--to", str(app), "--target=python"]
    assert cli.main([*given, "--variant=unrolled"]) == 2
    assert "example.py resizes the inputs" in capsys.readouterr().err
    assert not app.exists()
    assert cli.main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == ["example.py", "model", "reading.py"]
    copied = (app / "model" / "model.tflite").read_bytes()
    assert copied == (zoo.hub.resolve("bilstm-brackets") / "model.tflite").read_bytes()
