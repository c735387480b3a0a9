"""The sentiment recipe on texts of the user's own, from its command line to its model."""

import csv
import json
import shutil
import signal
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import zoo
from zoo.data import CorpusError, LabelledText, labelled_texts
from zoo.recipes import imdb_sentiment
from zoo.recipes.command import card_fields
from zoo.training.classification import recipe, soft_labels
from zoo.training.classification.card import ALONE

RECIPE = Path(imdb_sentiment.__file__)
CONFIG = {
    "words": 20,
    "model": {"encoder": {"embedding_dim": 8, "units": 8}, "pooling": "max"},
    "batch_tokens": 40,
    "epochs": 8,
    "rate": 0.03,
    "word_dropout": 0.0,
}
WORDLESS = "<br />"


def texts(count, seed):
    """Return pairs of text and label: "not" before good or bad turns it round."""
    rng = np.random.default_rng(seed)
    pairs = []
    for number in range(count):
        good, turned = divmod(number % 4, 2)
        before = " ".join(rng.choice(["a", "the", "film", "of", "1996"], rng.integers(0, 4)))
        words = [before, "not" if turned else "so", "good" if good else "bad", "."]
        pairs.append((" ".join(words), "pos" if good != turned else "neg"))
    return pairs


def write_csv(path, pairs, columns=("text", "label")):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(pairs)
    return path


def write_folder(path, pairs):
    for number, (text, label) in enumerate(pairs):
        (path / label).mkdir(parents=True, exist_ok=True)
        (path / label / f"{number}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Train with a text without words, test, vectors of some words."""
    folder = tmp_path_factory.mktemp("sentiment")
    write_csv(folder / "train.csv", [*texts(120, 0), (WORDLESS, "neg")])
    write_csv(folder / "test.csv", [*texts(40, 1), (WORDLESS, "pos")])
    rng = np.random.default_rng(2)
    lines = [
        f"{word} {' '.join(f'{x:.3f}' for x in rng.normal(size=10))}\n"
        for word in ("film", "good", "bad", "elsewhere")
    ]
    (folder / "vectors.txt").write_text("".join(lines))
    return folder


def arguments(files, output, config=CONFIG, **options):
    given = {"train": files / "train.csv", "test": files / "test.csv", "output": output, **options}
    listed = [f"--{name}={value}" for name, value in given.items() if value is not None]
    return [*listed, f"--config={json.dumps(config)}"]


@pytest.fixture(scope="module")
def whole(files):
    """A run that nothing broke off, with two seeds."""
    output = files / "whole"
    vectors = files / "vectors.txt"
    imdb_sentiment.RECIPE.main([*arguments(files, output, vectors=vectors), "--seeds", "0", "1"])
    return output


def rows_of(output):
    card = zoo.info(f"path:{output / 'model'}")
    return {(m.metric, m.split): m.value for m in card.metrics}


def test_its_model_is_loaded_and_answers(whole):
    classify = zoo.load(f"path:{whole / 'model'}")
    assert classify.labels == ("neg", "pos")
    assert [classify(text).label for text, _ in texts(4, 5)] == [label for _, label in texts(4, 5)]
    assert classify(WORDLESS).label is None
    words = classify.explain("the film so <b>good</b>")
    assert [word.text for word in words] == ["the", "film", "so", "good"]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_its_card_claims_what_the_model_answers(whole, files, split):
    classify, found = zoo.load(f"path:{whole / 'model'}"), rows_of(whole)
    options, _ = imdb_sentiment.RECIPE.parse(arguments(files, whole))
    corpus, _ = imdb_sentiment.read(options)
    right = [classify(each.text).label == each.label for each in corpus[split]]
    assert found["accuracy", split] == np.mean(right) > 0.9
    runs = json.loads((whole / "results.json").read_text())
    scores = [runs[seed][split] for seed in ("0", "1")]
    assert found["mean accuracy", split] == pytest.approx(np.mean(scores))
    assert found["deviation of accuracy", split] == pytest.approx(np.std(scores))
    assert 0.5 < found["accuracy of a linear model", split] <= 1


def test_its_card_names_no_path_and_the_shipped_seed_first(whole):
    card = zoo.info(f"path:{whole / 'model'}")
    assert "/" not in card.command
    runs = json.loads((whole / "results.json").read_text())
    assert runs[str(card.seeds[0])]["dev"] == max(scores["dev"] for scores in runs.values())
    best = np.load(whole / f"seed-{card.seeds[0]}" / "checkpoint.npz")
    assert json.loads(str(best["conditions"]))["seed"] == card.seeds[0]


@pytest.mark.slow("trains in a process of its own, which it kills")
def test_after_a_kill_it_ends_as_if_it_had_not_been(whole, files, until_killed, capsys):
    output = files / "killed"
    given = arguments(files, output, vectors=files / "vectors.txt")
    code, _ = until_killed([sys.executable, str(RECIPE), *given], "epoch   1")
    assert code == -signal.SIGKILL
    assert len(json.loads((output / "seed-0" / "history.json").read_text())) < CONFIG["epochs"]
    imdb_sentiment.RECIPE.main(given)
    printed = capsys.readouterr().out
    assert "epoch   1" not in printed and "epoch   8" in printed
    before, after = (
        json.loads((each / "seed-0" / "history.json").read_text()) for each in (whole, output)
    )
    for one, other in zip(before, after, strict=True):
        assert one["dev"] == other["dev"]
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-4)
    scores = [json.loads((each / "results.json").read_text())["0"] for each in (whole, output)]
    assert scores[0] == scores[1]
    weights = [np.load(each / "seed-0" / "checkpoint.npz") for each in (whole, output)]
    for name in set(weights[0]) - {"history", "conditions"}:
        np.testing.assert_allclose(weights[0][name], weights[1][name], atol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("words", {"words": 15}),
        ("pretrain", {"pretrain": {"epochs": 1, "rate": 0.01}}),
        ("max_words", {"max_words": 7}),
        ("model", {"model": {"encoder": {"embedding_dim": 8, "units": 9}}}),
    ],
)
def test_a_run_under_another_configuration_is_not_continued(whole, files, name, changes):
    given = arguments(files, whole, {**CONFIG, **changes}, vectors=files / "vectors.txt")
    with pytest.raises(ValueError, match=rf"\.npz belongs to a run that differs in {name}\."):
        imdb_sentiment.RECIPE.main(given)


def test_a_run_on_other_texts_is_not_continued(whole, files):
    other = write_csv(files / "other.csv", texts(120, 7))
    given = arguments(files, whole, vectors=files / "vectors.txt", train=other)
    with pytest.raises(ValueError, match="differs in texts of dev, texts of train"):
        imdb_sentiment.RECIPE.main(given)
    given = arguments(files, whole, vectors=None)
    with pytest.raises(ValueError, match="differs in vectors"):
        imdb_sentiment.RECIPE.main(given)


@pytest.mark.exhaustive
@pytest.mark.slow("trains anew")
def test_pretraining_and_adversarial_steps_run_and_go_on(files, tmp_path, capsys):
    config = {
        **CONFIG,
        "epochs": 1,
        "pretrain": {"epochs": 1, "rate": 0.01},
        "adversarial": {"size": 0.02},
    }
    for _ in range(2):
        imdb_sentiment.RECIPE.main(arguments(files, tmp_path, config))
        assert zoo.load(f"path:{tmp_path / 'model'}")("so good").label in ("neg", "pos")
    first, second = capsys.readouterr().out.split("exported: ")[:2]
    assert first.count("epoch   1") == 2
    assert "epoch" not in second


@pytest.fixture
def imdb(monkeypatch):
    """Texts of ours in place of IMDB, 160 of them without labels."""

    def corpus(_):
        splits = {"train": texts(120, 0), "test": texts(40, 1), "unsupervised": texts(160, 3)}
        splits["unsupervised"] = [(text, None) for text, _ in splits["unsupervised"]]
        return {name: [LabelledText(*pair) for pair in pairs] for name, pairs in splits.items()}

    monkeypatch.setattr(labelled_texts, "load_imdb", corpus)


def imdb_corpus():
    return imdb_sentiment.read(imdb_sentiment.RECIPE.parse([])[0])


def words_read(folder, of="seed-0"):
    return json.loads((folder / of / "history.json").read_text())[0]["tokens"]


@pytest.mark.exhaustive
@pytest.mark.slow("trains anew")
def test_a_language_model_may_read_less_of_a_text(files, tmp_path):
    for name, own in (("all", {}), ("ends", {"max_words": 2})):
        config = {**CONFIG, "epochs": 1, "pretrain": {"epochs": 1, "rate": 0.01, **own}}
        imdb_sentiment.RECIPE.main([*arguments(files, tmp_path / name, config), "--dev-only"])
    whole, ends = (
        [words_read(tmp_path / n, of) for of in ("language", "seed-0")] for n in ("all", "ends")
    )
    assert ends[0] < 0.7 * whole[0]
    assert ends[1] == whole[1]


def test_a_language_model_is_told_of_a_wrong_option(files, tmp_path):
    config = {**CONFIG, "pretrain": {"epochs": 1, "rate": 0.01, "max_word": 2}}
    with pytest.raises(ValueError, match="max_words; got max_word"):
        imdb_sentiment.RECIPE.main([*arguments(files, tmp_path, config), "--dev-only"])


@pytest.mark.exhaustive
@pytest.mark.slow("trains two teachers and a pupil")
def test_what_several_models_say_of_unlabelled_texts_teaches_another(imdb, monkeypatch, tmp_path):
    saved, save = [], recipe.save_soft_labels
    monkeypatch.setattr(
        recipe,
        "save_soft_labels",
        lambda path, logits: (saved.append(logits), save(path, logits)),
    )
    teacher, config = tmp_path / "teacher", [f"--config={json.dumps(CONFIG)}"]
    imdb_sentiment.RECIPE.main([*config, f"--output={teacher}", "--teach", "--seeds", "0", "1"])
    says = np.load(teacher / "unlabelled.npy")
    assert says.sum(axis=1) == pytest.approx(np.ones(160))
    right = [label == "pos" for _, label in texts(160, 3)]
    assert np.mean((says[:, 1] > 0.5) == right) > 0.9

    output, given = tmp_path / "pupil", [*config, f"--teacher={teacher / 'unlabelled.npy'}"]
    imdb_sentiment.RECIPE.main([*given, f"--output={output}", "--teach"])
    assert words_read(output) > 1.5 * words_read(teacher)
    assert rows_of(output)["accuracy", "test"] > 0.9
    again = np.load(output / "unlabelled.npy")  # a pupil and its teacher are the next one's
    assert again.sum(axis=1) == pytest.approx(np.ones(160))
    assert np.mean((again[:, 1] > 0.5) == right) > 0.9
    pupil, other = saved[-1]
    np.testing.assert_allclose(keras.ops.softmax(other), says, atol=1e-6)
    np.testing.assert_allclose(keras.ops.softmax((pupil + other) / 2), again, atol=1e-6)
    assert np.mean((pupil[:, 1] > pupil[:, 0]) == right) > 0.9
    np.save(teacher / "unlabelled.npy", says[:-1])
    with pytest.raises(CorpusError, match=r"\(160, 2\) expected, got \(159, 2\)"):
        imdb_sentiment.RECIPE.main([*given, f"--output={output}"])
    (teacher / "unlabelled.npy").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"unlabelled\.npy: not a file of soft labels"):
        imdb_sentiment.RECIPE.main([*given, f"--output={output}"])


@pytest.mark.slow("fits the linear model twice")
def test_models_of_different_kinds_teach_by_their_mean(imdb, whole, tmp_path, capsys):
    one, both = tmp_path / "one.npy", tmp_path / "new" / "both.npy"
    model = f"path:{whole / 'model'}"
    for path, models in ((one, [model]), (both, [model, model])):
        soft_labels.label_softly(models, *imdb_corpus(), path)
    right = [label == "pos" for _, label in texts(160, 3)]
    odds = []
    for path in (one, both):
        says = np.load(path)
        assert np.mean((says[:, 1] > 0.5) == right) > 0.9
        odds.append(np.log(says[:, 1] / says[:, 0]))
    printed = capsys.readouterr().out.splitlines()[:3]
    assert [line.split(": ")[0] for line in printed] == ["linear", model, "mean"]
    # One part in two of the linear model, then one in three.
    words = {"all": [text.split() for text, _ in texts(160, 3)]}
    logits = soft_labels.network_logits(model, words, ["neg", "pos"])["all"]
    np.testing.assert_allclose(3 * odds[1] - 2 * odds[0], logits @ [-1, 1], atol=1e-3)


def test_a_teacher_of_other_labels_is_refused(imdb, tmp_path):
    with pytest.raises(CorpusError, match="labels neg, pos expected, got negative, positive"):
        soft_labels.label_softly(["bilstm-sentiment-tiny"], *imdb_corpus(), tmp_path / "t.npy")


@pytest.mark.exhaustive
@pytest.mark.slow("trains anew")
def test_a_folder_of_folders_without_test_is_enough(tmp_path):
    folder = write_folder(tmp_path / "texts", [*texts(120, 0), (WORDLESS, "neg")])
    config = {**CONFIG, "epochs": 1, "adversarial": {"size": 0.1}}
    output = tmp_path / "run"
    imdb_sentiment.RECIPE.main(arguments(tmp_path, output, config, train=folder, test=None))
    assert {split for _, split in rows_of(output)} == {"dev"}


@pytest.mark.slow("trains anew")
def test_three_labels_are_learnt_beside_no_linear_model(tmp_path):
    pairs = [*texts(80, 0), *[("it is so so .", "even")] * 40]
    train = write_csv(tmp_path / "train.csv", pairs)
    output = tmp_path / "run"
    imdb_sentiment.RECIPE.main(arguments(tmp_path, output, train=train, test=None))
    assert zoo.load(f"path:{output / 'model'}").labels == ("even", "neg", "pos")
    assert ("accuracy of a linear model", "dev") not in rows_of(output)


@pytest.mark.parametrize(
    ("pairs", "columns", "message"),
    [
        (texts(20, 0), ("text", "stars"), r"mine\.csv:1: no column 'label'"),
        ([*texts(20, 0), ("", "pos")], ("text", "label"), r"mine\.csv:22: nothing in the column"),
        (texts(4, 0), ("text", "label"), r"mine\.csv: no label has enough texts"),
    ],
)
def test_a_bad_file_is_named(tmp_path, pairs, columns, message):
    path = write_csv(tmp_path / "mine.csv", pairs, columns)
    with pytest.raises(CorpusError, match=message):
        imdb_sentiment.RECIPE.main([f"--train={path}", f"--output={tmp_path / 'run'}"])


def test_extra_texts_are_trained_on_and_never_held_out(files, tmp_path, capsys):
    pairs = [(f"short and good {number} .", "pos") for number in range(50)]
    extra = write_csv(tmp_path / "extra.csv", pairs)
    without, with_extra = (
        imdb_sentiment.read(imdb_sentiment.RECIPE.parse(arguments(files, tmp_path, **given))[0])[0]
        for given in ({}, {"extra": extra})
    )
    assert with_extra["train"] == [*without["train"], *(LabelledText(*pair) for pair in pairs)]
    assert all(with_extra[split] == without[split] for split in ("dev", "test"))
    assert "extra" in capsys.readouterr().out


def test_extra_texts_are_read_beside_imdb_and_named_on_the_card(imdb, tmp_path):
    extra = write_csv(tmp_path / "extra.csv", [("not bad", "pos"), ("not good", "neg")])
    options, _ = imdb_sentiment.RECIPE.parse([f"--extra={extra}"])
    corpus, labels = imdb_sentiment.read(options)
    assert corpus["train"][-2:] == [LabelledText("not bad", "pos"), LabelledText("not good", "neg")]
    assert (labels, "unsupervised" in corpus) == (["neg", "pos"], True)
    fields = card_fields(imdb_sentiment.RECIPE, options)
    assert fields["data"].endswith("by TensorFlow Datasets and extra.csv; no pretrained vectors")
    assert (fields["licence"], fields["languages"]) == ("not stated", [])
    assert " --extra extra.csv " in fields["command"]


def test_a_label_that_train_has_not_is_named(files, tmp_path):
    path = write_csv(tmp_path / "test.csv", [("good", "positive"), ("bad", "neg")])
    for name in ("test", "extra"):
        with pytest.raises(CorpusError, match=r"test\.csv: the labels 'positive' are"):
            imdb_sentiment.RECIPE.main(arguments(files, tmp_path / "run", **{name: path}))


def test_vectors_of_no_word_are_refused(files, tmp_path):
    (tmp_path / "vectors.txt").write_text("ailleurs 0.5 0.1\n")
    given = arguments(files, tmp_path / "run", vectors=tmp_path / "vectors.txt")
    with pytest.raises(CorpusError, match=r"vectors\.txt: no vector of a word"):
        imdb_sentiment.RECIPE.main(given)


@pytest.mark.slow("fits word pairs, and exports")
def test_word_pairs_beside_a_network_need_no_new_training(whole, files, tmp_path, capsys):
    output = shutil.copytree(whole, tmp_path / "run")
    given = arguments(files, output, {**CONFIG, "bigrams": 512}, vectors=files / "vectors.txt")
    imdb_sentiment.RECIPE.main([*given, "--seeds", "0", "1"])
    assert "epoch" not in capsys.readouterr().out
    before, after = (json.loads((each / "results.json").read_text()) for each in (whole, output))
    assert [scores["alone"] for scores in after.values()] == list(before.values())
    card = rows_of(output)
    for split in ("dev", "test"):
        both = np.mean([scores[split] for scores in after.values()])
        alone = np.mean([scores["alone"][split] for scores in after.values()])
        assert card["mean accuracy", split] == pytest.approx(both)
        assert card[f"mean {ALONE}", split] == pytest.approx(alone)
    model = zoo.load(f"path:{output / 'model'}").model
    assert (
        model.bigram_buckets == 512 and not zoo.load(f"path:{whole / 'model'}").model.bigram_buckets
    )


def test_word_pairs_of_three_labels_are_refused_before_training(tmp_path, capsys):
    pairs = [*texts(80, 0), *[("it is so so .", "even")] * 40]
    train = write_csv(tmp_path / "train.csv", pairs)
    given = arguments(
        tmp_path, tmp_path / "run", {**CONFIG, "bigrams": 512}, train=train, test=None
    )
    with pytest.raises(CorpusError, match="`bigrams` requires 2 labels; got 3"):
        imdb_sentiment.RECIPE.main(given)
    assert "epoch" not in capsys.readouterr().out


STILL = {"epochs": 1, "rate": 1e-9, "batch_tokens": 40, "word_dropout": 0.0}


def test_it_goes_on_from_a_trained_model(whole, files, tmp_path):
    given = arguments(files, tmp_path, STILL, start=f"path:{whole / 'model'}")
    imdb_sentiment.RECIPE.main([*given, "--dev-only"])
    imdb_sentiment.RECIPE.main(given)  # from its own folder
    before, after = (zoo.load(f"path:{each / 'model'}").model for each in (whole, tmp_path))
    ids = np.array([[2, 3, 4, 5], [6, 7, 0, 0]])
    np.testing.assert_allclose(after(ids), before(ids), atol=1e-4)
    assert (tmp_path / "words.txt").read_bytes() == (whole / "words.txt").read_bytes()
    card = zoo.info(f"path:{tmp_path / 'model'}")
    assert f" --start path:{whole.name}/model --" in card.command
    base = zoo.info(f"path:{whole / 'model'}").data
    expected = f"train.csv; warm start from path:{whole.name}/model, trained on: {base}"
    assert card.data == expected


@pytest.mark.slow("trains anew")
def test_of_other_labels_the_words_and_the_layers_below_go_on(whole, tmp_path):
    train = write_csv(tmp_path / "train.csv", [*texts(80, 0), *[("it is so so .", "even")] * 40])
    given = arguments(
        tmp_path, tmp_path / "run", STILL, train=train, test=None, start=f"path:{whole / 'model'}"
    )
    imdb_sentiment.RECIPE.main(given)
    before, after = (zoo.load(f"path:{each / 'model'}") for each in (whole, tmp_path / "run"))
    assert after.labels == ("even", "neg", "pos")
    sequences = [each.model.encoder(np.array([[2, 3, 4]]))["sequence"] for each in (before, after)]
    np.testing.assert_allclose(*sequences, atol=1e-4)


@pytest.mark.slow("trains anew")
def test_a_start_of_other_weights_is_not_continued(whole, files, tmp_path):
    output = tmp_path / "run"
    given = arguments(files, output, STILL, start=f"path:{whole / 'model'}")
    imdb_sentiment.RECIPE.main([*given, "--dev-only"])
    given = arguments(files, output, STILL, start="bilstm-sentiment-tiny")
    with pytest.raises(ValueError, match="differs in start, words"):
        imdb_sentiment.RECIPE.main(given)


@pytest.mark.parametrize(("name", "other"), [("words", 9)])
def test_what_a_start_brings_is_not_changed(whole, files, tmp_path, name, other):
    given = arguments(files, tmp_path, {name: other}, start=f"path:{whole / 'model'}")
    with pytest.raises(ValueError, match=f"`--start` brings '{name}'.*{other}"):
        imdb_sentiment.RECIPE.main(given)


@pytest.mark.slow("trains anew")
def test_a_wider_network_starts_with_the_vectors_of_words(whole, files, tmp_path, capsys):
    language = {"epochs": 1, "rate": 0.0}
    config = {**STILL, "model": {"encoder": {"units": 7}}, "pretrain": language}
    imdb_sentiment.RECIPE.main(arguments(files, tmp_path, config, start=f"path:{whole / 'model'}"))
    printed = capsys.readouterr().out
    assert "start: weights of embedding\n\nlanguage model in both directions\nepoch" in printed
    before, after = (zoo.load(f"path:{each / 'model'}").model for each in (whole, tmp_path))
    assert after.encoder.recurrent.options.units == 7
    (old, old_scale), (new, new_scale) = (
        each.encoder.get_layer("embedding").get_weights() for each in (before, after)
    )
    np.testing.assert_allclose(new / new_scale[:, None], old / old_scale[:, None], atol=1e-3)


def test_vectors_of_another_width_are_no_start(whole, files, tmp_path):
    config = {"model": {"encoder": {"embedding_dim": 3}}}
    given = arguments(files, tmp_path, config, start=f"path:{whole / 'model'}")
    with pytest.raises(ValueError, match="`--start` brings vectors of .* `--config` wants 3"):
        imdb_sentiment.RECIPE.main(given)


@pytest.mark.slow("trains anew")
def test_what_a_start_brings_may_be_said_again(whole, files, tmp_path):
    units = zoo.load(f"path:{whole / 'model'}").model.encoder.get_config()["units"]
    config = {**STILL, "model": {"encoder": {"units": units, "cell": "lstm"}}, "pretrain": None}
    given = arguments(files, tmp_path, config, start=f"path:{whole / 'model'}")
    imdb_sentiment.RECIPE.main([*given, "--dev-only"])
    assert (tmp_path / "dev.json").is_file()


def test_vectors_are_not_given_beside_a_start(files, tmp_path, capsys):
    with pytest.raises(SystemExit):
        given = arguments(files, tmp_path, {}, vectors="vectors.txt", start="bilstm-sentiment-tiny")
        imdb_sentiment.RECIPE.main(given)
    assert "--vectors cannot be given beside it" in capsys.readouterr().err


def test_only_a_classifier_of_texts_is_a_start(files, tmp_path):
    for name, error in (
        (
            "bilstm-brackets",
            "a training of sequence-classification starts from .* 'token-tagging'",
        ),
        ("bilstm-sentimnt", "bilstm-sentiment"),
        (f"path:{tmp_path}", "not a model folder"),
    ):
        with pytest.raises(ValueError, match=error):
            imdb_sentiment.RECIPE.main(arguments(files, tmp_path, STILL, start=name))


def test_an_unknown_setting_is_refused_by_name(capsys):
    with pytest.raises(SystemExit):
        imdb_sentiment.RECIPE.main(["--config", '{"epoch": 3}'])
    assert "no key is named 'epoch'" in capsys.readouterr().err
