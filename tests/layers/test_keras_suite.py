"""Keras' own tests of recurrent layers pass on the layers of the zoo, or a table says why not."""

import csv
import re
from pathlib import Path

import keras
import pytest

from tests.grids import quick
from tests.layers.keras_exceptions import BACKENDS, ROWS
from tests.layers.keras_stand_ins import STAND_INS
from tests.layers.keras_suite import Check, checks, expected, outcome

CHECKS = checks()
TABLE = Path(__file__).resolve().parents[2] / "benchmarks" / "keras_suite.csv"
pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not CHECKS, reason="this wheel of Keras has no tests"),
]
QUICK = [
    Check("lstm.test_basics", "LSTM, GRU, SimpleRNN"),
    Check("bidirectional.test_correctness", "BiLSTM, BiGRU, BiSimpleRNN"),
    Check("gru.test_pass_return_state", "cells in keras.layers.RNN"),
    Check("simple_rnn.test_masking", "bidirectional cells in keras.layers.RNN"),
    Check("stacked_rnn_cells.test_stacked_lstm_cell_mask", "cells in keras.layers.StackedRNNCells"),
]


@pytest.mark.parametrize("check", quick(CHECKS, *(c for c in QUICK if c in CHECKS)), ids=str)
def test_a_check_passes_or_fails_as_its_row_says(check):
    row = expected(check, keras.backend.backend())
    found = outcome(check)
    assert found == "pass" if row is None else re.search(row.says, found), found


def test_every_row_is_of_a_check():
    assert ROWS.keys() <= set(CHECKS)


@pytest.mark.parametrize("ours", STAND_INS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_of_the_checks_of_public_behaviour_95_percent_pass(backend, ours):
    rows = [expected(check, backend) for check in CHECKS if check.ours == ours]
    public = [row for row in rows if row is None or row.public]
    assert len(public) >= 5
    assert sum(row is None for row in public) >= 0.95 * len(public)


def test_the_table_that_is_shown_is_that_of_the_checks():
    with open(TABLE, newline="") as file:
        shown = {Check(row["test"], row["ours"]): row for row in csv.DictReader(file)}
    assert shown.keys() == set(CHECKS)
    for check, row in shown.items():
        found = [expected(check, backend) for backend in BACKENDS]
        status = ["pass" if e is None else "fail" if e.public else "not public" for e in found]
        assert [row[backend] for backend in BACKENDS] == status
        assert row["reason"] == (ROWS[check].reason if check in ROWS else "")
