"""The word tokenizer as a TensorFlow graph, vectorized over all positions of a text.

`zoo.text.WordTokenizer` is a regular expression with lookahead and lookbehind, which TensorFlow's
regular expressions lack. Here each kind of token has a method that returns, for all positions at
once, the end of the token of this kind that would begin there, or 0. A neighbour is a shift; a
repeated character class is a run, which ends at the next position outside the class; and a chain of
joined words is followed by pointer doubling.
"""

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import (
    follow_pointers,
    is_one_of,
    last_true_before,
    peek,
    run_end,
    word_keys,
)
from zoo.export.saved_model.text_ops.unicode_table import Characters
from zoo.ops.tensor_types import Tensor
from zoo.text.words import ABBREVIATIONS


class WordEnds:
    """The ends of the tokens that would begin at each position.

    Args:
        characters: N code points, with `NO_CHARACTER` before and after each text, and at least
            eight times at the end.
    """

    def __init__(self, characters: Characters) -> None:
        self._is = characters
        self._positions = tf.range(tf.size(characters.codes))
        self._visible = characters["visible"]
        self._apostrophe = characters.among("'’")
        self._dot = characters.among(".")
        self._marks = characters["mark"] | characters["joiner"]
        self._plain = characters["alnum"] | characters.among("_")  # \w
        self._inside = self._plain | self._marks | characters["script"]  # of a word
        self._inside_end = run_end(self._inside)
        self._visible_end = run_end(self._visible)
        self._letters_end = run_end(characters["a-zA-Z"])
        self._name = word_keys(characters.codes, self._letters_end)
        self._short_end = self._short()

    def __call__(self) -> Tensor:
        """Return the end of the token that begins at each position, (N,) int32; any at a space."""
        kinds = [
            self._whole(),
            self._page(),
            self._mail(),
            self._clitic(),
            self._numbered(),
            self._dollars(),
            self._words(),
            self._repeated(),
            self._flag(),
        ]
        ends = self._sign()
        for kind in reversed(kinds):  # the first kind that matches wins
            ends = tf.where(kind > 0, kind, ends)
        return ends

    def _end(self, mask, end):
        return tf.where(mask, end, 0)

    def _whole(self):
        """Letters and digits between spaces."""
        mask = self._is["alnum"]
        end = run_end(mask)
        return self._end(mask & ~tf.gather(self._visible, end), end)

    def _page(self):
        """https://example.com, www.example.com"""
        slash, end = self._is.among("/"), self._letters_end
        scheme = self._is.among(":") & peek(slash) & peek(slash, 2)
        scheme = is_one_of(self._name, ["http", "https", "ftp"]) & tf.gather(scheme, end)
        www = is_one_of(self._name, ["www"]) & tf.gather(self._dot, end)
        start = tf.where(scheme, end + 3, self._end(www, end + 1))
        never_last = self._is.among(".,;:!?\"'”’)]}>")
        last = last_true_before(self._visible & ~never_last)
        last = tf.gather(last, tf.gather(self._visible_end, start))
        return self._end((start > 0) & (last >= start), last + 1)

    def _mail(self):
        """editor@example.com"""
        at = run_end(self._plain | self._is.among(".+-"))
        host = self._plain | self._is.among("-")
        first = peek(run_end(host))  # of the host, after the @
        last = tf.gather(run_end(host | (self._dot & peek(host))), first)
        last = tf.where(peek(host) & (last > first), last, 0)
        length = at - self._positions
        sign = tf.gather(self._is.among("@"), at)
        return self._end((length > 0) & (length <= 64) & sign, tf.gather(last, at))

    def _short(self):
        """'s, 'm, 'd, 're, 've, 'll, not followed by a word character"""
        is_, after = self._is.among, self._inside
        one = peek(is_("sSmMdDſ")) & ~peek(after, 2)
        two = peek(is_("rRvV")) & peek(is_("eE"), 2) | peek(is_("lL")) & peek(is_("lL"), 2)
        two &= ~peek(after, 3)
        length = tf.where(one, 2, self._end(two, 3))
        return self._end(self._apostrophe & (length > 0), self._positions + length)

    def _clitic(self):
        """John|'s, do|n't"""
        is_, end = self._is.among, self._short_end
        after_word = peek(self._inside, -1)
        short = self._end(after_word | ~tf.gather(self._visible, end), end)
        same_case = is_("n") & peek(is_("t"), 2) | is_("N") & peek(is_("T"), 2)
        negation = same_case & peek(self._apostrophe) & ~peek(self._inside, 3)
        return tf.where(short > 0, short, self._end(negation, self._positions + 3))

    def _numbered(self):
        """3. at the beginning of a line"""
        digit = self._is["decimal"]
        first = peek((self._is.codes < 0) | self._is.among("\n"), -1)
        stop = self._dot & peek(self._is["space"])
        length = tf.where(peek(digit), 3, 2)
        stops = tf.where(peek(digit), peek(stop, 2), peek(stop))
        return self._end(first & digit & stops, self._positions + length)

    def _dollars(self):
        """US$"""
        end = run_end(self._is["A-Z"])
        length = end - self._positions
        dollar = tf.gather(self._is.among("$"), end)
        return self._end((length > 0) & (length <= 3) & dollar, end + 1)

    def _word(self):
        """One word: initials, an abbreviation, or letters and digits with their marks."""
        is_, dot, end = self._is.among, self._dot, self._letters_end
        continues = self._visible & ~is_("\"'”’)]")
        not_last = peek(tf.gather(continues, run_end(self._is["space"])))  # after this position
        pair = self._is["alnum"] & ~self._is["decimal"] & peek(dot)
        initials = self._end(pair & peek(pair, 2), run_end(pair | peek(pair, -1)))
        capital = self._is["capital"] & peek(dot & not_last)
        start = tf.where(initials > 0, initials, self._end(capital, self._positions + 2))
        initials = self._end(start > 0, tf.gather(self._inside_end, start))

        short = is_one_of(self._name, ABBREVIATIONS) & tf.gather(dot & not_last, end)
        number = dot & peek(self._is["space"]) & peek(self._is["decimal"], 2)
        short |= is_one_of(self._name, ["No"]) & tf.gather(number, end)

        signed = is_("+.") & ~peek(self._inside, -1) & peek(self._is["decimal"])
        start = self._positions + tf.cast(signed, tf.int32)
        stop = tf.gather(self._inside_end, start)
        negation = self._apostrophe & peek(is_("nN"), -1) & peek(is_("tT"))
        negation &= ~peek(self._inside, 2)
        stop -= tf.cast(tf.gather(negation, stop), tf.int32)  # in don't, the n belongs to n't
        plain = self._end(stop > start, stop)
        return tf.where(initials > 0, initials, tf.where(short, end + 1, plain))

    def _words(self):
        """Words joined by single characters, such as under-21, O'Brien, 1,000.5, reuters.com."""
        is_, digit, dot = self._is.among, self._is["decimal"], self._dot
        next_inside = peek(self._inside)
        join = is_("-‐‑&") | (self._apostrophe & (self._short_end == 0))
        join |= dot & peek(self._is["capital"], -1)
        join &= next_inside
        join |= peek(digit, -1) & is_(".,:/") & peek(digit)
        join |= dot & peek(self._is["a-z"] | digit)
        word = self._word()
        steps = tf.where(join & (peek(word) > 0), peek(word), self._positions)
        end = tf.gather(follow_pointers(steps), word)
        plus, last = is_("+"), ~peek(self._visible)
        two = plus & peek(plus & last)
        suffix = tf.where(two, 2, tf.cast((plus | is_("-")) & last, tf.int32))
        return self._end(word > 0, end + tf.gather(suffix, end))

    def _repeated(self):
        """..., --, ?!"""
        is_, codes = self._is.among, self._is.codes
        again = is_(".-=*`'") & (codes == peek(codes)) | is_("!?") & peek(is_("!?"))
        return self._end(again, run_end(again) + 1)

    def _flag(self):
        flag = self._is["flag"]
        return self._end(flag & peek(flag), self._positions + 2)

    def _sign(self):
        """Any other character, with its marks and the characters that joiners attach to it."""
        joined = peek(self._is.among("\u200d"), -1) & self._visible
        return peek(run_end(self._marks | joined))
