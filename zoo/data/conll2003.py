"""CoNLL-2003, the corpus of named entities in English news."""

from os import PathLike

from zoo.data.readers.conll import Sentence
from zoo.data.tfds import examples_of, load_tfds

PREPARED = "conll2003/conll2003/*/dataset_info.json"


def load_conll2003(
    data_dir: str | PathLike[str] | None = None, download: bool = False
) -> dict[str, list[Sentence]]:
    """Load CoNLL-2003 (English, named entities) with TensorFlow Datasets.

    Args:
        data_dir: folder of TensorFlow Datasets; None for its default, which the environment
            variable `TFDS_DATA_DIR` sets.
        download: whether to download and prepare missing data. Otherwise no network is used.

    Returns:
        Dict with the keys `"train"`, `"dev"`, `"test"`: lists of non-empty `Sentence`s with BIO
        tags of the labels PER, ORG, LOC and MISC. Their order is that of TensorFlow Datasets, which
        provides neither documents nor line numbers.

    Raises:
        CorpusError: the files are damaged.
        FileNotFoundError: the data are missing, and `download` is false.
        ModuleNotFoundError: TensorFlow Datasets is not installed.

    Reference: Tjong Kim Sang and De Meulder, Introduction to the CoNLL-2003 Shared Task:
    Language-Independent Named Entity Recognition, 2003.
    """
    splits, info = load_tfds("conll2003", PREPARED, data_dir, download)
    names = info.features["ner"].feature.names
    return {
        name: [
            Sentence(
                [word.decode() for word in example["tokens"]], [names[i] for i in example["ner"]]
            )
            for example in examples_of(split, "conll2003", data_dir)
            if len(example["tokens"])  # one example of each split is empty
        ]
        for name, split in splits.items()
    }
