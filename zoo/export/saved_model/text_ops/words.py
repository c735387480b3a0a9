"""The tokenizer of words as a graph of TensorFlow: all places of a text at once, no expression.

`zoo.text.WordTokenizer` is a regular expression that looks behind and ahead, which TensorFlow's
have not. Here every kind of token has a function that gives, for all places of a text together,
the end of the token of this kind that would begin there, and 0 where none would. What stands next
to a place is a shift; a repeated class is a run, whose end is the next place that is not of it; and
words joined to words are followed by doubling: the end of two joins, of four, of eight.
"""

import tensorflow as tf

from zoo.export.saved_model.text_ops.segment_ops import (
    ahead,
    follow,
    last_before,
    names,
    one_of,
    run_end,
)
from zoo.text.words import ABBREVIATIONS


class WordEnds:
    """The ends of the tokens that would begin at each place.

    Args:
        characters: a `zoo.export.saved_model.text_ops.unicode_table.Characters` of N code points;
            nothing stands before a text and behind it, and eight times at the end.
    """

    def __init__(self, characters):
        self._is = characters
        self._places = tf.range(tf.size(characters.codes))
        self._visible = characters["visible"]
        self._apostrophe = characters.among("'’")
        self._dot = characters.among(".")
        self._marks = characters["mark"] | characters["joiner"]
        self._plain = characters["alnum"] | characters.among("_")  # \w
        self._inside = self._plain | self._marks | characters["script"]  # of words
        self._inside_end = run_end(self._inside)
        self._visible_end = run_end(self._visible)
        self._letters_end = run_end(characters["a-zA-Z"])
        self._name = names(characters.codes, self._letters_end)
        self._short_end = self._short()

    def __call__(self):
        """Return the end of the token that begins at each place, (N,) int32; of a space, any."""
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
        for kind in reversed(kinds):  # the first that matches counts
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
        scheme = self._is.among(":") & ahead(slash) & ahead(slash, 2)
        scheme = one_of(self._name, ["http", "https", "ftp"]) & tf.gather(scheme, end)
        www = one_of(self._name, ["www"]) & tf.gather(self._dot, end)
        start = tf.where(scheme, end + 3, self._end(www, end + 1))
        never_last = self._is.among(".,;:!?\"'”’)]}>")
        last = last_before(self._visible & ~never_last)
        last = tf.gather(last, tf.gather(self._visible_end, start))
        return self._end((start > 0) & (last >= start), last + 1)

    def _mail(self):
        """editor@example.com"""
        at = run_end(self._plain | self._is.among(".+-"))
        host = self._plain | self._is.among("-")
        first = ahead(run_end(host))  # of the host, behind the sign
        last = tf.gather(run_end(host | (self._dot & ahead(host))), first)
        last = tf.where(ahead(host) & (last > first), last, 0)
        length = at - self._places
        sign = tf.gather(self._is.among("@"), at)
        return self._end((length > 0) & (length <= 64) & sign, tf.gather(last, at))

    def _short(self):
        """'s, 'm, 'd, 're, 've, 'll, nothing of a word behind it"""
        is_, after = self._is.among, self._inside
        one = ahead(is_("sSmMdDſ")) & ~ahead(after, 2)
        two = ahead(is_("rRvV")) & ahead(is_("eE"), 2) | ahead(is_("lL")) & ahead(is_("lL"), 2)
        two &= ~ahead(after, 3)
        length = tf.where(one, 2, self._end(two, 3))
        return self._end(self._apostrophe & (length > 0), self._places + length)

    def _clitic(self):
        """John|'s, do|n't"""
        is_, end = self._is.among, self._short_end
        behind = ahead(self._inside, -1)
        short = self._end(behind | ~tf.gather(self._visible, end), end)
        same_case = is_("n") & ahead(is_("t"), 2) | is_("N") & ahead(is_("T"), 2)
        negation = same_case & ahead(self._apostrophe) & ~ahead(self._inside, 3)
        return tf.where(short > 0, short, self._end(negation, self._places + 3))

    def _numbered(self):
        """3. at the beginning of a line"""
        digit = self._is["decimal"]
        first = ahead((self._is.codes < 0) | self._is.among("\n"), -1)
        stop = self._dot & ahead(self._is["space"])
        length = tf.where(ahead(digit), 3, 2)
        stops = tf.where(ahead(digit), ahead(stop, 2), ahead(stop))
        return self._end(first & digit & stops, self._places + length)

    def _dollars(self):
        """US$"""
        end = run_end(self._is["A-Z"])
        length = end - self._places
        dollar = tf.gather(self._is.among("$"), end)
        return self._end((length > 0) & (length <= 3) & dollar, end + 1)

    def _word(self):
        """One word: initials, an abbreviation, or letters and digits and what belongs to them."""
        is_, dot, end = self._is.among, self._dot, self._letters_end
        goes_on = self._visible & ~is_("\"'”’)]")
        not_last = ahead(tf.gather(goes_on, run_end(self._is["space"])))  # behind this place
        pair = self._is["alnum"] & ~self._is["decimal"] & ahead(dot)
        initials = self._end(pair & ahead(pair, 2), run_end(pair | ahead(pair, -1)))
        capital = self._is["capital"] & ahead(dot & not_last)
        start = tf.where(initials > 0, initials, self._end(capital, self._places + 2))
        initials = self._end(start > 0, tf.gather(self._inside_end, start))

        short = one_of(self._name, ABBREVIATIONS) & tf.gather(dot & not_last, end)
        number = dot & ahead(self._is["space"]) & ahead(self._is["decimal"], 2)
        short |= one_of(self._name, ["No"]) & tf.gather(number, end)

        signed = is_("+.") & ~ahead(self._inside, -1) & ahead(self._is["decimal"])
        start = self._places + tf.cast(signed, tf.int32)
        stop = tf.gather(self._inside_end, start)
        negation = self._apostrophe & ahead(is_("nN"), -1) & ahead(is_("tT"))
        negation &= ~ahead(self._inside, 2)
        stop -= tf.cast(tf.gather(negation, stop), tf.int32)  # the n of don't is not of do
        plain = self._end(stop > start, stop)
        return tf.where(initials > 0, initials, tf.where(short, end + 1, plain))

    def _words(self):
        """Words that one character joins, such as under-21, O'Brien, 1,000.5, reuters.com."""
        is_, digit, dot = self._is.among, self._is["decimal"], self._dot
        next_inside = ahead(self._inside)
        join = is_("-‐‑&") | (self._apostrophe & (self._short_end == 0))
        join |= dot & ahead(self._is["capital"], -1)
        join &= next_inside
        join |= ahead(digit, -1) & is_(".,:/") & ahead(digit)
        join |= dot & ahead(self._is["a-z"] | digit)
        word = self._word()
        steps = tf.where(join & (ahead(word) > 0), ahead(word), self._places)
        end = tf.gather(follow(steps), word)
        plus, last = is_("+"), ~ahead(self._visible)
        two = plus & ahead(plus & last)
        suffix = tf.where(two, 2, tf.cast((plus | is_("-")) & last, tf.int32))
        return self._end(word > 0, end + tf.gather(suffix, end))

    def _repeated(self):
        """..., --, ?!"""
        is_, codes = self._is.among, self._is.codes
        again = is_(".-=*`'") & (codes == ahead(codes)) | is_("!?") & ahead(is_("!?"))
        return self._end(again, run_end(again) + 1)

    def _flag(self):
        flag = self._is["flag"]
        return self._end(flag & ahead(flag), self._places + 2)

    def _sign(self):
        """Any other character with its marks, and with those that joiners join to it."""
        joined = ahead(self._is.among("\u200d"), -1) & self._visible
        return ahead(run_end(self._marks | joined))
