"""Laws of work in threads: order kept, little taken ahead, no answer lost before an error."""

import threading
from itertools import count

import pytest

from zoo.runtime.parallel import chunks, map_in_order


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_answers_come_in_order(threads):
    later = [threading.Event() for _ in range(20)]

    def after_the_next_one(number):
        later[number].set()
        # Of two threads at work, the one with the first item ends last; alone, nobody waits.
        if threads > 1 and number % 2 == 0:
            assert later[number + 1].wait(timeout=60)
        return -number

    assert list(map_in_order(after_the_next_one, range(20), threads)) == [-n for n in range(20)]


@pytest.mark.parametrize("threads", [1, 3])
def test_no_more_than_one_item_a_thread_is_taken_ahead(threads):
    taken = []
    answers = map_in_order(str, (taken.append(n) or n for n in count()), threads)
    for number in range(10):
        assert next(answers) == str(number)
        assert len(taken) <= number + 1 + threads
    answers.close()


def test_threads_work_at_the_same_time():
    meeting = threading.Barrier(2, timeout=30)  # broken, which raises, if only one comes
    assert sorted(map_in_order(lambda _: meeting.wait(), range(2), threads=2)) == [0, 1]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_comes_where_its_answer_would_have(threads):
    answers = map_in_order(lambda n: 1 // n, [1, -1, 0, 1], threads)
    assert [next(answers), next(answers)] == [1, -1]
    with pytest.raises(ZeroDivisionError):
        next(answers)


def refuse_c(item):
    if item == "c":
        raise ValueError("c")


def broken():
    yield from "ab"
    raise OSError("the disk")


CUTS = {
    "by number": (["a"] * 5, {"count": 2, "size": 99}, [2, 2, 1]),
    "by size": (["aaa", "a", "a", "a"], {"count": 9, "size": 3}, [1, 3]),
    "whole": (["a"] * 4, {"count": 4, "size": 99}, [4]),
    "nothing": ([], {"count": 4, "size": 99}, []),
}


@pytest.mark.parametrize("case", CUTS)
def test_chunks_hold_all_items_in_order(case):
    items, limits, sizes = CUTS[case]
    found = list(chunks(iter(items), **limits, check=str))
    assert [len(chunk) for chunk, _ in found] == sizes
    assert [item for chunk, _ in found for item in chunk] == items
    assert {error for _, error in found} <= {None}


@pytest.mark.parametrize("limit", [1, 2, 9])
@pytest.mark.parametrize("items, error", [("abcd", ValueError), (broken(), OSError)])
def test_what_came_before_an_error_is_kept(items, error, limit):
    items = broken() if error is OSError else items
    found = list(chunks(items, limit, 99, refuse_c))
    assert "".join(item for chunk, _ in found for item in chunk) == "ab"
    assert [type(each) for _, each in found if each] == [error]
    assert found[-1][1] is not None


def test_nothing_is_taken_after_an_error():
    items = iter("abcd")
    assert len(list(chunks(items, 9, 99, refuse_c))) == 1
    assert list(items) == ["d"]


def test_leaving_early_waits_for_nothing():
    begun, release, after = threading.Event(), threading.Event(), []

    def slow(number):
        if number:
            begun.set()
            release.wait(60)
            after.append(number)
        return number

    answers = map_in_order(slow, range(100), threads=2)
    assert next(answers) == 0
    assert begun.wait(60)
    answers.close()  # would wait for `release`
    assert not after
    release.set()
