"""Allowed tags against a second reading of the schemes: regular expressions."""

import re
from itertools import product

import numpy as np
import pytest

from zoo.ops.tag_constraints import allowed_tags
from zoo.text.schemes import ALIASES, SCHEMES

WELL_FORMED = {
    "BIO": r"(?:O |B-(\w+) (?:I-\1 )*)*",
    "IOB1": r"(?:O |I-(\w+) (?:[BI]-\1 )*)*",
    "IOE1": r"(?:O |(?:I-(\w+) |E-(\w+) (?=[IE]-\2 ))*)*",
    "IOE2": r"(?:O |E-\w+ |I-(\w+) (?:I-\1 )*E-\1 )*",
    "IO": r"(?:O |I-\w+ )*",
    "BIOES": r"(?:O |S-\w+ |B-(\w+) (?:I-\1 )*E-\1 )*",
    "BILOU": r"(?:O |U-\w+ |B-(\w+) (?:I-\1 )*L-\1 )*",
    "BMEWO": r"(?:O |W-\w+ |B-(\w+) (?:M-\1 )*E-\1 )*",
}
WELL_FORMED |= {alias: WELL_FORMED[name] for alias, name in ALIASES.items()}
LABELS = {
    scheme: ["O", *(f"{prefix}-{kind}" for kind in ("LOC", "PER") for prefix in row.letters)]
    for scheme, row in SCHEMES.items()
}
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def well_formed(labels, scheme):
    return re.fullmatch(WELL_FORMED[scheme], "".join(f"{label} " for label in labels)) is not None


@every_scheme
def test_exactly_the_well_formed_sequences_are_allowed(scheme):
    labels = LABELS[scheme]
    allowed = allowed_tags(labels, scheme)
    for length in (1, 2, 3):
        for tags in product(range(len(labels)), repeat=length):
            steps = zip(tags, tags[1:], strict=False)
            found = (
                allowed.start[tags[0]]
                and allowed.end[tags[-1]]
                and all(allowed.transitions[step] for step in steps)
            )
            assert found == well_formed([labels[tag] for tag in tags], scheme), tags


@every_scheme
def test_the_order_of_the_labels_does_not_matter(scheme):
    labels = np.array(LABELS[scheme])
    order = np.random.default_rng(0).permutation(len(labels))
    transitions, start, end = allowed_tags(labels, scheme)
    shuffled = allowed_tags(labels[order], scheme)
    assert (shuffled.transitions == transitions[np.ix_(order, order)]).all()
    assert (shuffled.start == start[order]).all() and (shuffled.end == end[order]).all()


@pytest.mark.parametrize("scheme", [None, ""])
def test_no_scheme_allows_all(scheme):
    for each in allowed_tags(["NOUN", "VERB"], scheme):
        assert each.dtype == bool and each.all()


def test_a_type_may_hold_a_hyphen():
    allowed = allowed_tags(["B-a-b", "I-a-b", "I-a"], "BIO")
    assert allowed.transitions[0].tolist() == [True, True, False]


@pytest.mark.parametrize(
    "labels, scheme, message",
    [
        (["O"], "BIOE", "`scheme` must be one of BIO, IOB1, BIOES, .*, got 'BIOE'"),
        (["O", "S-PER"], "BIO", "`labels` of the scheme BIO .* B-, I- and .* got 'S-PER'"),
        (["O", "B"], "BIO", "`labels` of the scheme BIO .* a type must follow, got 'B'"),
        (["O", "PER"], "BIOES", "`labels` of the scheme BIOES .* got 'PER'"),
        (["O", "O"], "BIO", r"`labels` must differ from each other, got \['O', 'O'\]"),
    ],
)
def test_errors(labels, scheme, message):
    with pytest.raises(ValueError, match=message):
        allowed_tags(labels, scheme)
