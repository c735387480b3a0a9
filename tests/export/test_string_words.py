"""Laws of the TFLite file that takes words as strings, and what builtin operators cannot do."""

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from tests.export.texts import MODELS
from tests.grids import quick
from zoo import cli
from zoo.export import ExportError, export_strings
from zoo.export.tflite.string_words import (
    check_string_words,
    export_string_words,
    ids_of,
    string_inputs,
)
from zoo.text import Vocabulary
from zoo.text.word_encoder import word_ids

SENTENCES = [
    ["The", "10TH", "1996", "ΟΔΟΣ", "in", "İstanbul", "."],
    ["great"],
    ["é", "(", "b", ")", "中", "[PAD]", "[UNK]", "\0", "x" * 40, "Tao"],
    ["The", "film", "&", "fun", "96/97", "THE"],
    ["The", "10TH", "1996", "ΟΔΟΣ", "in", "İstanbul", "."],  # again: state would show
]


@pytest.mark.parametrize("name", quick(MODELS, "names"))
def test_words_are_answered_as_their_ids(name, tmp_path):
    model, _, vocabularies, _ = MODELS[name]()
    path = export_string_words(model, tmp_path / "words.tflite", vocabularies)
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    operators = {each["op_name"] for each in interpreter._get_ops_details()}
    assert {"HASHTABLE", "HASHTABLE_FIND", "WHILE"} <= operators
    assert not [each for each in operators if each.startswith(("Flex", "CUSTOM"))]
    assert check_string_words(path, model, vocabularies) == []
    run = interpreter.get_signature_runner("serving_default")
    for words in SENTENCES:
        interpreter.reset_all_variables()
        found = run(**string_inputs(words, run.get_input_details()))
        inputs = ids_of(words, vocabularies)
        expected = model.answers({name: inputs[name][None] for name in model.input_sizes})
        assert set(found) == set(expected)
        for output, array in expected.items():
            np.testing.assert_allclose(found[output], array, atol=1e-5)


@pytest.mark.slow("converts a shipped model")
def test_a_file_of_other_words_is_never_kept(tmp_path, monkeypatch):
    model, _, vocabularies, _ = MODELS["reviews"]()
    path = export_string_words(model, tmp_path / "words.tflite", vocabularies)
    tokens = vocabularies["words"].tokens
    others = {"words": Vocabulary([*tokens[:2], *tokens[:1:-1]])}
    assert "scores of 1 words differ" in check_string_words(path, model, others)[0]
    monkeypatch.setattr("zoo.export.targets.check_string_words", lambda *_: ["it is wrong"])
    with pytest.raises(ExportError, match="brackets.tflite: the export is wrong: it is wrong"):
        export_strings("bilstm-brackets", tmp_path / "brackets.tflite")
    assert not (tmp_path / "brackets.tflite").exists()


@pytest.mark.slow("converts a shipped model")
def test_a_shipped_model_takes_words(tmp_path, capsys):
    path = tmp_path / "words.tflite"
    assert cli.main(["export", "bilstm-ner-tiny", "--strings", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: {path.stat().st_size:,} bytes\n"
    assert cli.main(["export", "bilstm-ner-tiny", "--strings", str(path), "--variant", "x"]) == 2
    assert "`variant` must be one of" in capsys.readouterr().err


@pytest.mark.slow("a conversion like those of the quick suite")
def test_a_quantized_file_of_loops_takes_words(tmp_path):
    model, _, vocabularies, _ = MODELS["reviews"]()
    path = export_string_words(model, tmp_path / "a.tflite", vocabularies, "while", "dynamic")
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner("serving_default")
    found = run(**string_inputs(["great", "fun"], run.get_input_details()))
    expected = model.answers({"ids": word_ids(vocabularies["words"], ["great", "fun"])[None]})
    np.testing.assert_allclose(found["scores"], expected["scores"], atol=0.1)


@pytest.mark.parametrize("argument, value", [("variant", "unrolled"), ("quantization", "int8")])
def test_what_cannot_be_asked_for_is_named(argument, value, tmp_path):
    model, _, vocabularies, _ = MODELS["characters"]()
    with pytest.raises(ValueError, match=f"`{argument}` must be .* got '{value}'"):
        export_string_words(model, tmp_path / "a.tflite", vocabularies, **{argument: value})
    with pytest.raises(ValueError, match="`vocabularies` must be named"):
        export_string_words(model, tmp_path / "a.tflite", {"word": Vocabulary(["[PAD]", "[UNK]"])})


LOOKING_INTO_STRINGS = {
    "StringLower": tf.strings.lower,
    "UnicodeDecode": lambda words: tf.strings.unicode_decode(words, "UTF-8").flat_values,
    "StaticRegexReplace": lambda words: tf.strings.regex_replace(words, "[0-9]", "0"),
    "StringSplit": lambda words: tf.strings.bytes_split(words).flat_values,
    "Substr": lambda words: tf.strings.substr(words, 0, 1),
    "DecodePaddedRaw": lambda words: tf.io.decode_raw(words, tf.uint8, fixed_length=4),
    "StringLength": tf.strings.length,
    "StringToHashBucketFast": lambda words: tf.strings.to_hash_bucket_fast(words, 9),
}


@pytest.mark.parametrize("operator", LOOKING_INTO_STRINGS)
def test_no_builtin_operator_looks_into_a_string(operator):
    function = tf.function(
        LOOKING_INTO_STRINGS[operator], [tf.TensorSpec((None,), tf.string)], autograph=False
    )
    concrete = function.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], function)
    with pytest.raises(Exception, match=f"tf.{operator}' op is neither a custom op nor a flex op"):
        converter.convert()
