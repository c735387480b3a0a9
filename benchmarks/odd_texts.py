"""How many texts of odd forms an entity tagger reads right: exactly the names that are in them.

    python benchmarks/odd_texts.py
    PYTHONPATH=/path/to/checkout python benchmarks/odd_texts.py --suffix ", ba7f591"

A text is right if the names that the tagger finds are the expected ones, each with its exact place;
labels do not count. The second command measures another checkout of the package. Writes
`odd_texts.csv`; rows of other names stay as they are there.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))  # behind a checkout that the caller names

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402

MODELS = ["bilstm-ner", "bilstm-ner-tiny"]
# Each text with its names in brackets.
TEXTS = {
    "format characters": [
        "[Angela\u200b Merkel] visited [Paris] on Monday.",
        "[Barack O\u00adbama] was born in [Hawaii].",
        "\ufeff[George Washington] went to [Washington].",
        "The president of [Fr\u2060ance], [Jacques Chirac], arrived in [Lon\u200bdon].",
        "\u200e[Boris Yeltsin]\u200e met [Bill Clinton] in [Moscow].",
        "[Mi\u180ecrosoft] shares rose after [Bill Gates] spoke.",
        "He flew from [Ber\u00adlin] to [New\u200b York] on Friday.",
        "[Tony\u2060 Blair]\u2060 leaves [Bri\u200btain] for [Germany].",
        "[Man\u200dchester United] beat [Chelsea] 2-0.",
        "\u202a[Helmut Kohl]\u202c spoke in [Bonn]\ufe0f.",
    ],
    "tabs": [
        "Name:\t[Angela Merkel]\tCity:\t[Berlin]",
        "[Bill Clinton]\t[George Bush]\t[Ross Perot]",
        "[Paris]\t[London]\t[New York]",
        "1\t[Pete Sampras]\t[United States]",
        "[Michael Schumacher]\t[Germany]\t[Ferrari]",
        "2\t[Martina Hingis]\t[Switzerland]",
        "President:\t[Jacques Chirac]\nCapital:\t[Paris]",
        "[Liverpool]\t3\n[Arsenal]\t1",
        "From:\t[John Major]\tTo:\t[Helmut Kohl]",
        "[Boris Becker]\t6-3\n[Stefan Edberg]\t4-6",
    ],
    "lists and paragraphs": [
        "[Angela Merkel]\n[Barack Obama]\n[Tony Blair]",
        "- [Bill Clinton]\n- [Boris Yeltsin]\n- [Helmut Kohl]",
        "1. [Pete Sampras]\n2. [Boris Becker]\n3. [Michael Chang]",
        "[London]\n[Paris]\n[Berlin]",
        "* [Jacques Chirac]\n* [John Major]",
        "We were met by [Angela Merkel]\n\n[Barack Obama] came on Monday.",
        "The winner was [Michael Johnson]\u2029[Donovan Bailey] came second.",
        "[Manchester United]\r\n[Newcastle United]\r\n[Arsenal]",
        "The delegation, which had travelled for three days, was led by [Helmut\nKohl].",
        "Yours sincerely,\n[George Washington]\n[Mount Vernon]",
    ],
    "markup": [
        "<p>[George Washington] went to [Washington].</p>",
        "[Barack <b>Obama]</b> was born in [Hawaii].",
        "<li>[Bill Clinton]</li><li>[Boris Yeltsin]</li>",
        "<td>[Angela Merkel]</td><td>[Berlin]</td>",
        "[Angela&nbsp;Merkel] visited [Paris].",
        "Shares of [AT&amp;T] rose in [New York].",
        'He said <a href="http://example.com/Paris">[Tony Blair]</a> left [London].',
        "[Jos&eacute; Maria Aznar] flew to [Madrid].",
        "[Boris Becker]<br />[Michael Chang]<br />",
        "<h1>[Jacques Chirac] in [Moscow]</h1>\n<!-- George Bush -->",
    ],
    "addresses": [
        "See http://www.London.com/Paris for more.",
        "Mail George.Washington@example.com for tickets.",
        "[Angela Merkel] answered @BarackObama on Monday.",
        "Follow @GeorgeWashington and @Microsoft.",
        "The pictures are at https://example.org/Tony_Blair.",
        "Write to John_Major@parliament.uk in [London].",
        "Details: www.Germany.de and www.France.fr.",
        "[Bill Gates] (@BillGates) works in [Seattle].",
        "ftp://ftp.Washington.edu is down.",
        "Ask Helmut.Kohl@bonn.de or @HelmutKohl.",
    ],
    "compatibility forms": [
        "[Ａｎｇｅｌａ　Ｍｅｒｋｅｌ] visited [Ｐａｒｉｓ].",
        "[𝐁𝐚𝐫𝐚𝐜𝐤 𝐎𝐛𝐚𝐦𝐚] was born in [Hawaii].",
        "[𝓖𝓮𝓸𝓻𝓰𝓮 𝓦𝓪𝓼𝓱𝓲𝓷𝓰𝓽𝓸𝓷] went to [𝓦𝓪𝓼𝓱𝓲𝓷𝓰𝓽𝓸𝓷].",
        "[Bill Cliﬀord] ﬂew to [Caliﬀornia].",
        "Ｔｈｅ　ｐｒｅｓｉｄｅｎｔ　ｏｆ　[Ｆｒａｎｃｅ]　ａｒｒｉｖｅｄ　ｉｎ　[Ｌｏｎｄｏｎ]．",
        "[𝕄𝕚𝕔𝕣𝕠𝕤𝕠𝕗𝕥] shares rose in [𝙽𝚎𝚠 𝚈𝚘𝚛𝚔].",
        "[Ⓣⓞⓝⓨ Ⓑⓛⓐⓘⓡ] leaves [Britain].",
        "[Boris Yeltsin] met [Ｂｉｌｌ　Ｃｌｉｎｔｏｎ] in [Moscow].",
        "[ᴴelmut Kohl] spoke in [𝖡𝗈𝗇𝗇].",
        "[𝑀𝑎𝑛𝑐ℎ𝑒𝑠𝑡𝑒𝑟 𝑈𝑛𝑖𝑡𝑒𝑑] beat [𝐶ℎ𝑒𝑙𝑠𝑒𝑎] 2-0.",
    ],
}


def unmarked(text):
    """Return a text without its brackets, and the places of what stood in them.

    Example:

    >>> unmarked("[Ada] met [Bo].")
    ('Ada met Bo.', [(0, 3), (8, 10)])
    """
    plain, places = "", []
    for index, part in enumerate(text.replace("]", "[").split("[")):
        if index % 2:
            places.append((len(plain), len(plain) + len(part)))
        plain += part
    return plain, places


def right(tagger, text):
    """Return whether a tagger finds exactly the names in brackets."""
    plain, places = unmarked(text)
    return [(each.start, each.end) for each in tagger(plain)] == places


def row(name, suffix):
    """Return the row of a model: how many texts of each form are right."""
    tagger = zoo.load(name)
    found = {kind: sum(right(tagger, text) for text in texts) for kind, texts in TEXTS.items()}
    counts = {kind: f"{found[kind]} of {len(texts)}" for kind, texts in TEXTS.items()}
    total = f"{sum(found.values())} of {sum(map(len, TEXTS.values()))}"
    return {"model": name + suffix, **counts, "all": total}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--suffix", default="", help="added to the names of the models")
    parser.add_argument("--output", type=Path, default=HERE / "odd_texts.csv")
    options = parser.parse_args()
    put_rows([row(name, options.suffix) for name in MODELS], options.output, ["model"])


if __name__ == "__main__":
    main()
