"""Small model folders with real files and real hashes."""

import json

from zoo.hub import write_card

FIELDS = {
    "task": "token-tagging",
    "summary": "Marks what lies inside of matched brackets.",
    "labels": ["O", "I"],
    "metrics": [{"metric": "accuracy", "value": 0.9991, "split": "test", "conditions": "seed 0"}],
    "parameters": 1234,
    "licence": "Apache-2.0",
    "data": "generated",
    "recipe": "recipes/tiny.py",
    "command": "python recipes/tiny.py --seed 0",
    "seeds": [0, 1],
    "limitations": ["Knows no | character."],
}


def make_model(parent, name="tiny-brackets", config=None, **changes):
    """Make a model folder with a config, a vocabulary, a file for each runtime, and a card."""
    folder = parent / name
    (folder / "saved_model" / "variables").mkdir(parents=True)
    config = {"task": "token-tagging", "labels": ["O", "I"]} if config is None else config
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocabulary.txt").write_text("(\n)\na\n")
    (folder / "model.tflite").write_bytes(bytes(range(256)))
    (folder / "model.weights.h5").write_bytes(b"weights")
    (folder / "saved_model" / "variables" / "variables.index").write_bytes(b"index")
    write_card(folder, **{**FIELDS, "name": name, **changes})
    return folder
