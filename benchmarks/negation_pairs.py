"""200 minimal pairs of negation: two sentences that differ in a negation, and so in their label.

The pairs are filled into templates. Half of the templates are for choices (dev), half for reports
(test). They share no words in their slots, and both have as many pairs in which the negation makes
the sentence positive as pairs in which it makes it negative. A few are idioms: "I can't recommend
this" is turned round by "enough".
"""

from typing import NamedTuple

from zoo.data import LabelledText

LABELS = "negative", "positive"


class Template(NamedTuple):
    """A sentence with a negation and the same without it.

    Args:
        negated: the sentence with the negation; `{}` is the slot.
        plain: the sentence without it.
        positive: words, between commas, with which the negated sentence is positive.
        negative: words with which it is negative.
    """

    negated: str
    plain: str
    positive: str = ""
    negative: str = ""


DEV = [
    Template(
        "It was not {} at all.",
        "It was {}.",
        "bad, awful, boring, stupid, ugly",
        "good, funny, exciting, clever, charming",
    ),
    Template(
        "I was never {}.",
        "I was {}.",
        "bored, annoyed, disappointed, confused, embarrassed",
        "amused, moved, entertained, impressed, charmed",
    ),
    Template(
        "It never {}.",
        "It {}.",
        "drags, disappoints, bores, stumbles, fails",
        "works, delights, surprises, convinces, sparkles",
    ),
    Template(
        "Not one {} minute.",
        "One {} minute after another.",
        "dull, wasted, tedious, lifeless, cringeworthy",
        "memorable, thrilling, beautiful, magical, entertaining",
    ),
    Template(
        "You won't {} it.",
        "You will {} it.",
        "regret, hate, dislike, resent, forget",
        "enjoy, love, like, treasure, appreciate",
    ),
    Template(
        "There is nothing {} about it.",
        "There is something {} about it.",
        "wrong, fake, cheap, lazy, clumsy",
        "special, original, lovely, likeable, clever",
    ),
    Template(
        "It has no {}.",
        "It has lots of {}.",
        "flaws, weaknesses, faults, problems, mistakes",
        "charm, wit, heart, energy, style",
    ),
    Template(
        "There was no reason to {}.",
        "There was every reason to {}.",
        "complain, despair, worry, yawn, leave",
        "smile, cheer, laugh, celebrate, stay",
    ),
    Template(
        "The acting isn't {}.",
        "The acting is {}.",
        "terrible, wooden, poor, amateurish, stiff",
        "great, convincing, natural, believable, superb",
    ),
    Template(
        "It could hardly be {}.",
        "It could easily be {}.",
        "better, finer, smarter, sweeter, richer",
    ),
    Template("I can't {} it.", "I can {} it.", "", "defend, respect, admire, support, commend"),
]

TEST = [
    Template(
        "This is not {}.",
        "This is {}.",
        "horrible, dreadful, pathetic, lame, ridiculous",
        "wonderful, brilliant, fun, enjoyable, touching",
    ),
    Template(
        "I don't {} it.",
        "I {} it.",
        "despise, loathe, detest, mind, deplore",
        "adore, cherish, value, trust, applaud",
    ),
    Template(
        "Without a {} moment.",
        "With many a {} moment.",
        "tiresome, weak, slow, silly, needless",
        "hilarious, tender, inspired, joyful, gripping",
    ),
    Template(
        "Nobody will be {}.",
        "Everybody will be {}.",
        "offended, frustrated, disgusted, insulted, underwhelmed",
        "pleased, delighted, thrilled, satisfied, enchanted",
    ),
    Template(
        "None of it is {}.",
        "All of it is {}.",
        "predictable, forced, pointless, contrived, embarrassing",
        "interesting, amusing, fresh, fascinating, heartfelt",
    ),
    Template(
        "It is anything but {}.",
        "It is nothing but {}.",
        "trash, rubbish, garbage, nonsense, crap",
        "magic, joy, pleasure, delight, brilliance",
    ),
    Template(
        "It will not {} you.",
        "It will {} you.",
        "annoy, depress, irritate, upset, offend",
        "inspire, amuse, move, entertain, excite",
    ),
    Template(
        "The story is never {}.",
        "The story is always {}.",
        "confusing, shallow, preachy, incoherent, sluggish",
        "engaging, intelligent, compelling, suspenseful, rewarding",
    ),
    Template(
        "There isn't a {} performance in it.",
        "There is many a {} performance in it.",
        "mediocre, feeble, flat, careless, miscast",
        "strong, fine, splendid, remarkable, solid",
    ),
    Template(
        "I can't {} this enough.", "I can't {} this.", "recommend, praise, endorse, applaud, hype"
    ),
    Template(
        "I wouldn't call it {}.",
        "I would call it {}.",
        "",
        "a masterpiece, a success, a triumph, a classic, a hit",
    ),
]


def negation_pairs(templates: list[Template]) -> list[tuple[LabelledText, LabelledText]]:
    """Return the pairs of templates: the sentence with the negation, and the one without it.

    Example:

    >>> pairs = negation_pairs([Template("Not {}.", "So {}.", "bad", "good")])
    >>> [(negated.text, negated.label, plain.text) for negated, plain in pairs]
    [('Not bad.', 'positive', 'So bad.'), ('Not good.', 'negative', 'So good.')]
    """
    return [
        (
            LabelledText(template.negated.format(word), label),
            LabelledText(template.plain.format(word), other),
        )
        for template in templates
        for words, label, other in (
            (template.positive, *LABELS[::-1]),
            (template.negative, *LABELS),
        )
        for word in words.split(", ")
        if word
    ]
