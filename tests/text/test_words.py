"""Laws of words and sentences in raw text, and how near they come to those of CoNLL-2003."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.corpora import conll2003, needs_conll2003
from zoo.text import WordTokenizer, split_sentences
from zoo.text.shown import shown

tokenize = WordTokenizer()
# What the rules are about, more often than chance has it.
PIECES = [
    *"aInSt'’\"`.,:;/-–&+$%@!?()[]_#=*~01 \n\t\u00a0\u2028\0\ud800",
    *"é\u0301\u200d\u00ad🏽👩🇫🇷☎\ufe0fאبह\u093f北。",
    *"\u200b\ufeff\u2060\u200e\u180e\ufdd0Ａ．ﬁŉ𝐀Ⅷ①",
    *("U.S.", "Mr.", "No.", "n't", "'s", "...", "--", "US$", "http://", "www.", "a@b.c", "\n\n"),
    "\U00011000\U00011001",
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


def words(text):
    return [token.text for token in tokenize(text)]


@given(texts)
@example("")
@example(" \n\t")
@example("\0")
@example("👩🏽\u200d🚀")
@example("\ufeff\u200b \u200eAda\u2060 ﬁlms Ⅷ ﷺ ŉ't")
def test_offsets_give_back_the_tokens_and_nothing_but_space_is_lost(text):
    tokens = tokenize(text)
    parts = [shown(text[token.start : token.end]).text for token in tokens]
    assert parts == [token.text for token in tokens]
    assert "".join(token.text for token in tokens) == "".join(shown(text).text.split())
    edges = [edge for token in tokens for edge in token[1:]]
    assert edges == sorted(edges)
    assert all(token.start < token.end for token in tokens)


@pytest.mark.parametrize(
    "expected",
    [
        "Ada wrote to Bo , and he did .|Ada wrote to Bo, and he did.",
        "John 's dog did n't bite , and ca n't|John's dog didn't bite, and can't",
        "JOHN 'S DOG DID N'T|JOHN'S DOG DIDN'T",
        "We 're sure they 'll say I 'm what they 've said he 'd be|"
        "We're sure they'll say I'm what they've said he'd be",
        "John 's did n't|John’s didn’t",
        "O'Brien 's o'clock Gov't d'Italia|O'Brien's o'clock Gov't d'Italia",
        "the teams ' bus|the teams' bus",
        "' quoted '|'quoted'",
        '" quoted , " he said|"quoted," he said',
        "`` old ''|``old''",
        "Mr. J. J.P. Smith of the U.S. met Dr. No at 3 a.m. in St. Paul|"
        "Mr. J. J.P. Smith of the U.S. met Dr. No at 3 a.m. in St. Paul",
        "J.Smith and T.O'Gorman|J.Smith and T.O'Gorman",
        "a U.S.-led Iraq-U.N. plan|a U.S.-led Iraq-U.N. plan",
        "He left the U.S.|He left the U.S.",
        "Plan B .|Plan B.",
        "Acme Inc .|Acme Inc.",
        'Acme Inc . "|Acme Inc."',
        "Acme Inc. said|Acme Inc. said",
        "Yes or No .|Yes or No.",
        "No. 2 No.2|No. 2 No.2",
        "1996-08-22 6-3 7-6 ( 7-3 ) 1-1/2|1996-08-22 6-3 7-6 (7-3) 1-1/2",
        "1,000.5 0.25 .500 1/2 1:59.3 1996/97 22/8/96 +44 10th 5m|"
        "1,000.5 0.25 .500 1/2 1:59.3 1996/97 22/8/96 +44 10th 5m",
        "$ 5 , US$ 6.50 , A$ 1 , £ 3 , 4 % .|$5, US$6.50, A$1, £3, 4%.",
        "under-21 five- and six-year-olds|under-21 five- and six-year-olds",
        "wait -- no ... yes - or – what|wait -- no... yes - or – what",
        "February / March|February/March",
        "S&P AT&T AA+ AA- C++|S&P AT&T AA+ AA- C++",
        "mail a.b+c@example.co.uk , see http://example.com/a?b=c(d).html .|"
        "mail a.b+c@example.co.uk, see http://example.com/a?b=c(d).html.",
        "www.example.com : reuters.com ;|www.example.com: reuters.com;",
        "It ended . Then|It ended.Then",
        "1. Smith\n2. Jones\nof 3 .|1. Smith\n2. Jones\nof 3.",
        "what ?! [ sic ] ; so|what ?! [sic]; so",
        '« Été » „ Öl "|«Été» „Öl“',
        "e\u0301te\u0301 हिन्दी می\u200cخواهم שָׁלוֹם|e\u0301te\u0301 हिन्दी می\u200cخواهم שָׁלוֹם",
        "北京 。 上海|北京。上海",
        "ok 👨\u200d👩\u200d👧 👍🏽 🇫🇷 🇩🇪 !|ok👨\u200d👩\u200d👧👍🏽🇫🇷🇩🇪!",
        "1\u20e3 ❤ !|1\ufe0f\u20e3❤\ufe0f!",
        "a \0 b|a\0b",
    ],
)
def test_tokens(expected):
    tokens, text = expected.split("|")
    assert words(text) == tokens.split()


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a"]])
def test_a_tokenizer_takes_strings_alone(text):
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        tokenize(text)


@pytest.mark.parametrize(
    "piece",
    [
        *"a.'-@+J☎",
        "a.",
        "a-",
        "n't",
        "'s",
        "a@",
        "a@a",
        "www.",
        "http://",
        "J. ",
        "a+",
        "1,",
        "👩\u200d",
    ],
)
def test_no_text_takes_more_than_linear_time(piece):
    def seconds(count):
        """Of the processor, and the best of three: the others collect garbage of other tests."""
        spent = []
        for _ in range(3):
            start = time.process_time()
            tokenize(piece * count)
            spent.append(time.process_time() - start)
        return min(spent)

    tokenize(piece)  # compiled once
    text = piece * 20_000
    # In quadratic time a text ten times as long would take a hundred times as long.
    assert seconds(20_000) < 40 * seconds(2_000)
    tokens = tokenize(text)
    assert sum(len(token.text) for token in tokens) == len("".join(text.split()))


NO_SPACE_BEFORE = {*",.;:?!)]%", "'s", "'S", "n't", "N'T", "'re", "'ve", "'ll", "'m", "'d", "..."}
NO_SPACE_AFTER = {*"([$", "C$", "A$", "US$"}


def as_printed(words):
    """Return the text of `words` with the usual spaces, and the edges of each word in it."""
    text, edges, open_quote, attached = "", [], False, True
    for word in words:
        closing = word in NO_SPACE_BEFORE or (word == '"' and open_quote)
        text += "" if attached or closing else " "
        edges.append((len(text), len(text) + len(word)))
        text += word
        open_quote ^= word == '"'
        attached = word in NO_SPACE_AFTER or (word == '"' and open_quote)
    return text, edges


def with_spaces(words):
    text = " ".join(words)
    ends = [len(" ".join(words[: i + 1])) for i in range(len(words))]
    return text, [(end - len(word), end) for word, end in zip(words, ends, strict=True)]


@needs_conll2003
@pytest.mark.parametrize("write", [as_printed, with_spaces])
def test_agreement_with_the_tokens_of_conll2003(write):
    agreed = expected = found = 0
    for sentence in conll2003()["dev"]:
        text, edges = write(sentence.words)
        assert [text[start:end] for start, end in edges] == sentence.words
        tokens = {token[1:] for token in tokenize(text)}
        agreed += len(tokens & set(edges))
        expected += len(edges)
        found += len(tokens)
    assert agreed / expected > 0.999
    assert agreed / found > 0.999


@given(texts, st.integers(1, 5))
def test_sentences_hold_every_token_once_and_are_not_too_long(text, max_length):
    tokens = tokenize(text)
    sentences = split_sentences(text, tokens, max_length)
    assert [token for sentence in sentences for token in sentence] == tokens
    assert all(1 <= len(sentence) <= max_length for sentence in sentences)


@pytest.mark.parametrize(
    "sentences",
    [
        ["He left.", "She stayed!", "Why?", "No one knew..."],
        ["Mr. Bo met Gen. Lee of the U.S. Army at Acme Inc. in St. Paul."],
        ["He left the U.S.", "The army of Acme Inc. grew."],
        ["J. R. Smith scored.", "10 minutes later he left."],
        ['"Why?" he said.', '"Because."', "(He left.)", "So did I!"],
        ["It cost 3.50, i.e. nothing at all... or so."],
        ["He left .", "She stayed ."],
        ["北京。", "上海。"],
        ["A headline without a stop\n\n", "BONN 1996-08-22\n\n", "It rained\nin Bonn."],
        ["Name:\t", "Angela Merkel\t", "City:\t", "Rome\u2029", "End\f", "Page"],
        ["Angela Merkel\r\n", "Barack Obama\r", "Tony Blair\r\r", "so be it"],
        ["- Angela Merkel, who has been the chancellor of Germany\n", "- Barack Obama"],
        ["1. Angela Merkel, who has been the chancellor of Germany", "\n2. Barack Obama"],
        ["After all of these years the chancellor of Germany, Angela\nMerkel, left."],
        ["He left\u200b.\u200b", "\u200bShe stayed\u2060."],
    ],
)
def test_sentences(sentences):
    text = " ".join(sentences)
    found = split_sentences(text, tokenize(text))
    assert [[token.text for token in sentence] for sentence in found] == [*map(words, sentences)]


def test_a_sentence_needs_room_for_a_token():
    with pytest.raises(ValueError, match="`max_length` must be at least 1, got 0"):
        split_sentences("a", tokenize("a"), 0)
