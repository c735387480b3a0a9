"""The mutants of `tests/mutants.py` fit the code that they change."""

import pytest

from tests.mutants import MUTANTS, ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_the_line_of_a_mutant_stands_once_in_its_file(mutant):
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.right) == 1
    assert (ROOT / mutant.tests).exists()
