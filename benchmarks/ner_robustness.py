r"""Where an entity tagger fails in short sentences: first words, very short names, addresses.

    python benchmarks/ner_robustness.py bilstm-ner bilstm-ner-tiny

A row says how often a model finds exactly the names of a sentence, how many names it misses or
labels otherwise, how many it invents, and its F1 on CoNLL-2003, from its card. The sentences stand
below: 20 that begin with a capital letter that is no name's, 20 with names of two letters, 20 with
addresses and handles, which are not names. Writes `ner_robustness.csv`; rows of other models stay
as they are there. `ner-short-names` is `bilstm-ner` after two epochs with augmentation:

    zoo train ner --start bilstm-ner --set epochs=2 --set rate=0.01 --set augmentation.parts=0.1 \
        --set augmentation.short_names=0.15 --set augmentation.addresses=0.1 \
        --output runs/ner-short-names
    python benchmarks/ner_robustness.py path:runs/ner-short-names/model
"""

import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402

TEXTS = {
    "first words": """
Best pizza in town!
Great service and friendly staff.
Sounds good to me.
Happy birthday, [Maria|PER]!
Thanks for the quick reply.
Breaking news tonight.
Fresh bread every morning.
Closed on Sundays.
Good luck to everyone.
Lovely weather in [Lisbon|LOC] today.
Free parking behind the house.
Worst film of the year.
Nobody knows what comes next.
Turn left at the bridge.
Congratulations to [Angela Davis|PER] and her team.
Sorry for being late.
Running late, start without me.
Amazing view from the top.
Breakfast is served until ten.
Greetings from [Berlin|LOC]!
""",
    "two-letter names": """
[Ada|PER] met [Bo|PER].
[Bo|PER] is late again.
I gave the book to [Al|PER].
[Ed|PER] and [Jo|PER] live next door.
My sister [Di|PER] works in a bank.
"No," said [Cy|PER].
Ask [Vi|PER] about the keys.
[Ty|PER] scored twice on Saturday.
Did [Mo|PER] call you?
We had dinner with [Lu|PER] and [Al|PER].
[Jo|PER] moved to [Rome|LOC] last year.
The letter is from [Bo|PER].
Professor [Wu|PER] teaches mathematics.
Mr. [Li|PER] arrived on Monday.
[Xi|PER] spoke for an hour.
[Ng|PER] won the match in two sets.
She married [Ed|PER] in June.
[Cy|PER] and [Ty|PER] painted the kitchen.
Dr. [Ho|PER] will see you at noon.
[Bo|PER] likes [Di|PER].
""",
    "addresses": """
Read more at https://www.example.com/news/today.
See www.example.org for details.
Write to info@example.com.
Mail anna.smith@example.org before Friday.
Follow @london_fan for updates.
The code is on https://github.com/example/project.
Visit example.com today.
[Paul Newman|PER] has a page at https://paul.example.net.
Send your CV to jobs@berlin.example.
Photo by @Anna_Maria.
Open http://localhost:8080/Paris in a browser.
Tickets: https://tickets.example.com/Madrid?id=12.
Our site, www.Example.COM, is down.
Contact support@example.co.uk or call us.
Thanks @Peter for the hint.
The map of [Oslo|LOC] is at https://maps.example.no/Oslo.
Docs live under https://docs.example.io/Guide/Start.html.
Reply to no-reply@example.com is not possible.
RT @BBC_Example: it rains.
ftp://ftp.example.com/Pub holds the files.
""",
}
MARKED = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")


def read(line):
    """Return the text of a line, and its names as a set of (start, end, label).

    Example:

    >>> read("Ask [Bo|PER] now.")
    ('Ask Bo now.', {(4, 6, 'PER')})
    """
    names, text, last = set(), "", 0
    for match in MARKED.finditer(line):
        text += line[last : match.start()]
        names.add((len(text), len(text) + len(match[1]), match[2]))
        text, last = text + match[1], match.end()
    return text + line[last:], names


def row(tagger, lines):
    """Return the columns of a set of sentences."""
    missed, invented, right = 0, 0, 0
    for text, names in map(read, lines):
        found = {(each.start, each.end, each.label) for each in tagger(text)}
        right += found == names
        missed += len(names - found)
        invented += len(found - names)
    names = sum(len(read(line)[1]) for line in lines)
    return {
        "number": len(lines),
        "right": f"{100 * right / len(lines):.0f}",
        "names": names,
        "missed": missed,
        "invented": invented,
    }


def conll(name):
    """Return the columns of a model's F1 on CoNLL-2003."""
    scores = {
        row.split: f"{100 * row.value:.2f}"
        for row in zoo.info(name).metrics
        if (row.metric, row.conditions) == ("entity F1", "as written")
    }
    return {f"{split} F1": scores[split] for split in ("dev", "test")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", help="names of the zoo, or path:DIR")
    options = parser.parse_args()
    for name in options.models:
        tagger = zoo.load(name)
        model = name.removeprefix("path:runs/").removesuffix("/model")
        rows = [
            {
                "model": model,
                "texts": texts,
                **row(tagger, lines.strip().split("\n")),
                **conll(name),
            }
            for texts, lines in TEXTS.items()
        ]
        put_rows(rows, HERE / "ner_robustness.csv", ["model", "texts"])


if __name__ == "__main__":
    main()
