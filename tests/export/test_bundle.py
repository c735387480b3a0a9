"""Laws of device bundles: three programs without this package give the answers of this package."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.export.languages import JAVA, NODE, java_classes
from tests.export.unicode_texts import unicode_texts
from tests.hub.folders import FIELDS
from zoo.export import export_folder
from zoo.export.device.bundle import DEVICE_FILES, write_bundle, write_golden, write_manifest
from zoo.export.device.golden import RecordingEngine
from zoo.export.device.settings import html_entities
from zoo.export.device.targets import write_target
from zoo.export.device.vocabulary_file import pack_vocabulary
from zoo.hub import ModelFileError, resolve
from zoo.models import build
from zoo.runtime import LiteRTEngine, open_with
from zoo.tasks import task_named
from zoo.text import Vocabulary
from zoo.text.markup import blank_markup
from zoo.text.shown import shown

needs_java = pytest.mark.skipif(JAVA is None, reason="there is no JDK to compile and run Java with")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node to run JavaScript with")
MODELS = ["bilstm-ner-tiny", "bilstm-brackets", "tiny-sentiment"]
EXAMPLE = DEVICE_FILES / "python" / "example.py"
SCRIPT = DEVICE_FILES / "web" / "check.mjs"
SLOW = pytest.mark.slow("random texts for another model")
RUNS_ALONE = """
import os, runpy, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
try:
    runpy.run_path(sys.argv.pop(1), run_name="__main__")
finally:
    heavy = {name.partition(".")[0] for name in sys.modules} & {"zoo", "tensorflow", "keras"}
    assert not heavy, f"the example imports {heavy}"
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Model folders by name: one of each task, the classifier made here."""
    words = Vocabulary(["[PAD]", "[UNK]", *"a the film is not good bad , . ! n't 0000 é &".split()])
    config = {
        "task": "sequence-classification",
        "labels": ["negative", "positive"],
        "preprocessor": {"tokenizer": "words", "markup": "blank"},
        "model": {
            "encoder": {"vocabulary_size": len(words), "embedding_dim": 4, "units": 5},
            "num_labels": 2,
        },
    }
    model = build(config["task"], config["model"])
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape))
    card = {name: FIELDS[name] for name in FIELDS.keys() - {"task", "labels", "parameters"}}
    path = tmp_path_factory.mktemp("models") / "tiny-sentiment"
    export_folder(path, model, config, {"words": words}, name="tiny-sentiment", **card)
    return {**{name: resolve(name) for name in MODELS[:-1]}, MODELS[-1]: path}


@pytest.fixture(scope="module")
def bundles(folders, tmp_path_factory):
    parent = tmp_path_factory.mktemp("bundles")
    return {name: write_bundle(folder, parent / name) for name, folder in folders.items()}


@pytest.fixture
def bundle(request, bundles, tmp_path):
    """A copy, to be spoilt, of the bundle that the test names."""
    return shutil.copytree(bundles[request.param], tmp_path / "bundle")


def run_example(bundle, argument):
    program = [sys.executable, "-c", RUNS_ALONE, EXAMPLE, bundle, argument]
    return subprocess.run([*map(str, program)], capture_output=True, text=True, cwd=bundle.parent)


def run_node(*arguments):
    return subprocess.run([NODE, *map(str, arguments)], capture_output=True, text=True)


def check(bundle, program):
    if program == "python":
        return run_example(bundle, "--check")
    if program == "java":
        command = ["java", "-cp", java_classes(), "zoo.Check", bundle]
        return subprocess.run([*map(str, command)], capture_output=True, text=True)
    return run_node(SCRIPT, bundle)


PROGRAMS = [
    "python",
    pytest.param("node", marks=needs_node),
    pytest.param("java", marks=needs_java),
]


def golden(bundle):
    return json.loads((bundle / "golden.json").read_text(encoding="utf-8"))


@pytest.mark.grid
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", MODELS)
def test_every_program_gives_all_golden_vectors(bundles, name, program):
    done = check(bundles[name], program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all golden vectors agree" in done.stdout


@pytest.mark.parametrize("name", MODELS)
def test_golden_vectors_are_the_answers_of_the_zoo(bundles, folders, name):
    predictor = zoo.load(f"path:{folders[name]}")
    texts = golden(bundles[name])["texts"]
    assert len(texts) >= 40
    for vector in texts:
        answer = predictor(vector["text"])
        if isinstance(answer, list):
            found = [(e.text, e.label, e.start, e.end) for e in answer]
            keys = ("text", "label", "start", "end")
            assert [tuple(e[key] for key in keys) for e in vector["answer"]] == found
        else:
            assert vector["answer"]["label"] == answer.label
        for token, start, end, *units in vector["tokens"]:
            utf16 = vector["text"].encode("utf-16-le")
            piece = utf16[2 * units[0] : 2 * units[1]].decode("utf-16-le")
            assert piece == vector["text"][start:end]
            assert token in (piece, shown(blank_markup(piece)).text)
    assert any(vector["answer"] for vector in texts)


@pytest.mark.parametrize("name", ["bilstm-ner-tiny", "tiny-sentiment"])
def test_a_golden_text_takes_more_than_one_run(bundles, name):
    *_, last = golden(bundles[name])["texts"]
    assert len(last["runs"]) > 1


def test_the_example_answers_a_text(bundles):
    text = "George Washington went to Washington."
    done = run_example(bundles["bilstm-ner-tiny"], text)
    assert done.returncode == 0, done.stderr
    expected = zoo.load("bilstm-ner-tiny")(text)
    found = [(e["text"], e["label"], e["start"]) for e in json.loads(done.stdout)]
    assert found == [(e.text, e.label, e.start) for e in expected] != []


@needs_node
def test_the_script_prints_what_the_model_is_given(bundles):
    done = run_node(SCRIPT, bundles["bilstm-brackets"], "(a)")
    vocabulary = Vocabulary.load(resolve("bilstm-brackets") / "vocabulary.txt")
    assert json.loads(done.stdout)["runs"] == [{"ids": vocabulary.encode("(a)").tolist()}]


def rewrite(bundle, change):
    """Change the golden vector of the first text and sign it: only a comparison can tell."""
    record = golden(bundle)
    change(record["texts"][0])
    (bundle / "golden.json").write_text(json.dumps(record), encoding="utf-8")
    write_manifest(bundle)


def another_token(vector):
    vector["tokens"][0][1] += 1


def another_offset_in_utf16(vector):
    vector["tokens"][0][4] += 1


def another_id(vector):
    vector["runs"][0]["inputs"]["words"][0] += 1


def another_character(vector):
    vector["runs"][0]["inputs"]["characters"][0][0] += 1


def another_run(vector):
    vector["runs"].append(vector["runs"][0])


def another_tag(vector):
    (run,) = vector["runs"]
    run["outputs"]["tags"][0] += 1


def another_score(vector):
    vector["answer"][0]["score"] -= 0.001


def no_answer(vector):
    vector["answer"].pop()


@pytest.mark.grid
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "change",
    [
        another_token,
        another_offset_in_utf16,
        another_id,
        another_character,
        another_run,
        another_tag,
        another_score,
        no_answer,
    ],
)
@pytest.mark.parametrize("bundle", ["bilstm-ner-tiny"], indirect=True)
def test_a_changed_golden_value_is_seen(bundle, change, program):
    rewrite(bundle, lambda vector: None)
    assert check(bundle, program).returncode == 0
    rewrite(bundle, change)
    done = check(bundle, program)
    assert done.returncode == 1
    assert "news" in done.stdout and "differ" in done.stdout


@pytest.mark.grid
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", ["model.tflite", "words.vocab", "golden.json", "card.md"])
@pytest.mark.parametrize("bundle", ["bilstm-ner-tiny"], indirect=True)
def test_a_missing_or_changed_file_is_named(bundle, name, program):
    content = (bundle / name).read_bytes()
    (bundle / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    changed = check(bundle, program)
    (bundle / name).unlink()
    for done in (changed, check(bundle, program)):
        assert done.returncode == 1
        assert done.stdout.strip() == f"{name} is missing or was changed."


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", ["manifest.json", "bundle.json"])
@pytest.mark.parametrize("bundle", ["bilstm-brackets"], indirect=True)
def test_a_bundle_without_its_head_fails(bundle, name, program):
    (bundle / name).unlink()
    done = check(bundle, program)
    assert done.returncode == 1
    assert name in done.stdout + done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("bundle", ["bilstm-brackets"], indirect=True)
def test_the_vocabulary_of_another_model_is_seen(bundle, program):
    tokens = ["[PAD]", "[UNK]", *"abc()"]
    (bundle / "vocabulary.vocab").write_bytes(pack_vocabulary(Vocabulary(tokens)))
    write_manifest(bundle)
    assert check(bundle, program).returncode == 1


def test_a_bundle_is_written_into_no_folder_of_others(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="`bundle_folder` must be new or empty, got"):
        write_bundle(resolve("bilstm-brackets"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_bundle_is_made_of_a_changed_model(tmp_path):
    folder = shutil.copytree(resolve("bilstm-brackets"), tmp_path / "model")
    (folder / "model.tflite").write_bytes(b"")
    with pytest.raises(ModelFileError, match="model.tflite: changed"):
        write_bundle(folder, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


# The programs against this package, on texts that nobody has chosen.


@pytest.fixture(scope="module")
def example():
    """The example as a module; it imports its other file as programs do, from its own folder."""
    sys.path.insert(0, str(EXAMPLE.parent))
    spec = importlib.util.spec_from_file_location("bundle_example", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(EXAMPLE.parent))
    return module


token_lists = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1),
    unique=True,
).map(lambda tokens: [token for token in tokens if token not in ("[PAD]", "[UNK]")])


@given(token_lists, token_lists)
def test_a_packed_vocabulary_gives_the_ids_of_the_plain_one(
    example, tmp_path_factory, tokens, others
):
    vocabulary = Vocabulary(["[PAD]", "[UNK]", *tokens])
    path = tmp_path_factory.mktemp("packed") / "words.vocab"
    path.write_bytes(pack_vocabulary(vocabulary))
    packed = example.Vocabulary(path)
    asked = [*tokens, *others, "[PAD]", "[UNK]"]
    assert [packed.id_of(token) for token in asked] == vocabulary.encode(asked).tolist()


def random_outputs(config):
    """Return an engine that gives any tags and scores, as no model would."""
    rng = np.random.default_rng(0)
    labels = config["model"].get("labels", config["labels"])

    def engine(inputs):
        shape = () if config["task"] == "sequence-classification" else (len([*inputs.values()][0]),)
        name = "tags" if shape else "label"
        return {
            name: rng.integers(0, len(labels), shape),
            "scores": rng.random((*shape, len(labels)), "float32"),
        }

    return engine


def compare(bundle, folder, texts, program, engine=None):
    """Check a bundle with golden vectors of other texts, made by a folder's predictor."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    record = RecordingEngine(engine(config) if engine else LiteRTEngine(folder / "model.tflite"))
    predictor = open_with(task_named(config["task"]), folder, config, record)
    write_golden(bundle / "golden.json", texts, predictor, record)
    write_manifest(bundle)
    done = check(bundle, program)
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]


every_bundle = pytest.mark.parametrize(
    "bundle, name",
    [pytest.param(name, name, marks=() if name == MODELS[0] else SLOW, id=name) for name in MODELS],
    indirect=["bundle"],
)


def named_texts(number, longest=None):
    """Return so many texts by name, which any JSON reader accepts."""
    texts = (re.sub("[\ud800-\udfff]", "", text[:longest]) for text in unicode_texts(number))
    return {f"text {index}": text for index, text in enumerate(texts)}


@every_bundle
@pytest.mark.parametrize("program", PROGRAMS[1:])
def test_ports_cut_look_up_and_decode_any_text_as_this_package(bundle, name, folders, program):
    compare(bundle, folders[name], named_texts(200), program, random_outputs)


@every_bundle
def test_the_example_answers_any_text_as_this_package(bundle, name, folders):
    compare(bundle, folders[name], named_texts(500, 2000), "python")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("bundle", ["tiny-sentiment"], indirect=True)
def test_every_entity_of_html_is_its_character(bundle, folders, program):
    codes = [*range(0x300), *range(0xFDC0, 0xFE00), 0xD7FF, 0xD800, 0xDFFF, 0xFFFD, 0xFFFE, 0x1FFFF]
    bodies = [*html_entities()["named"], *(f"#{code}" for code in [*codes, 0x10FFFF, 0x110000])]
    texts = {"decimal": " ".join(f"&{body};" for body in bodies)}
    texts["hexadecimal"] = " ".join(f"&#x{code:X}; &#X{code:x};" for code in codes)
    compare(bundle, folders["tiny-sentiment"], texts, program)


def app_of(target, bundle, folder):
    """Return the folder of a platform, with a bundle that is there already."""
    app = shutil.copytree(DEVICE_FILES / target, folder / "app")
    shutil.copytree(bundle, app / "model")
    return app


@needs_java
def test_the_commands_of_the_android_page_check_its_folder(bundles, tmp_path):
    app = app_of("android", bundles["bilstm-brackets"], tmp_path)
    page = (app / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^java.*", page, flags=re.MULTILINE)
    assert len(commands) == 2
    done = subprocess.run(
        " && ".join(commands), shell=True, cwd=app, capture_output=True, text=True
    )
    assert "model: all golden vectors agree." in done.stdout, done.stderr


@pytest.mark.parametrize("target", ["android", "ios"])
def test_the_page_of_a_platform_names_what_is_there(bundles, tmp_path, target):
    app = app_of(target, bundles["bilstm-brackets"], tmp_path)
    page = (app / "README.md").read_text(encoding="utf-8")
    table = page.partition("\n\n|")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `([\w/.]+)`", table, flags=re.MULTILINE)
    assert named and [name for name in named if not (app / name).exists()] == []


@pytest.mark.slow("converts a model, for several lengths")
def test_the_file_for_android_has_the_lengths_that_its_kotlin_asks_for(folders, tmp_path):
    app = write_target(folders["bilstm-brackets"], tmp_path / "app", "android")
    engine = LiteRTEngine(app / "model" / "model.tflite")
    assert engine.signatures == {f"length_{2**power}" for power in range(3, 12)}
    (vector,) = (v for v in golden(app / "model")["texts"] if v["name"] == "brackets")
    for run in vector["runs"]:
        found = engine({name: np.array(ids, "int32") for name, ids in run["inputs"].items()})
        assert found["tags"].tolist() == run["outputs"]["tags"]
        np.testing.assert_allclose(found["scores"], run["outputs"]["scores"], atol=1e-4)
