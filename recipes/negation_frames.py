"""The sentences of `zoo.recipes.negations`, with slots for words, and the words.

Sentences and words are not those of `benchmarks/negation_pairs.py`, which measures what a model
makes of others.
"""

from typing import NamedTuple

NEGATIVE, POSITIVE = "negative", "positive"
OPENINGS = "", "Honestly, ", "Well, ", "For me, ", "In the end, ", "To be fair, "
ENDINGS = ".", ".", "!"
THINGS = (
    "film movie plot ending script music cast food service place room book game show series "
    "episode idea design staff sound picture lesson trip dialogue"
).split()


class Frames(NamedTuple):
    """Sentences for words of one kind. `{}` is a word of that kind, `{thing}` one of `THINGS`.

    Args:
        keeping: sentences with the polarity of the word.
        turning: sentences with the opposite polarity.
        positive: positive words.
        negative: negative words.
    """

    keeping: list[str]
    turning: list[str]
    positive: list[str]
    negative: list[str]


ADJECTIVES = Frames(
    [
        "The {thing} was {}",
        "Very {}",
        "So {}",
        "I found it {}",
        "{} from start to finish",
        "I think the {thing} is {}",
        "Everything in it was {}",
        "It was both {} and {}",
        "There were many {} parts",
        "Without doubt {}",
        "Not only {} but also {}",
        "It isn't just {}, it is {}",
        "I have never seen anything so {}",
        "Never have I seen a {thing} so {}",
        "The {thing} is nothing if not {}",
        "The {thing} couldn't be more {}",
        "It doesn't get more {} than this",
        "I can't believe how {} it was",
        "I didn't expect it to be this {}",
        "Every part of it was {}",
        "Always {}",
        "Plenty of {} scenes",
        "You will find it {}",
        "I will always call it {}",
        "Something in the {thing} felt {}",
        "There is no denying that it is {}",
        "I have no doubt that the {thing} is {}",
        "It never stops being {}",
        "Much of it was {}",
    ],
    [
        "The {thing} was not {}",
        "They aren't {}",
        "That wasn't {}",
        "Not {}",
        "Not {} in the least",
        "Not so {}",
        "I never found it {}",
        "I don't think the {thing} is {}",
        "I didn't find the {thing} {}",
        "Nothing in it was {}",
        "No one could say that it was {}",
        "There were no {} parts",
        "It was neither {} nor {}",
        "By no means {}",
        "Hardly {}",
        "The {thing} is far from {}",
        "It never feels {}",
        "At no point did the {thing} seem {}",
        "I wouldn't describe the {thing} as {}",
        "Rarely {}",
        "Barely {}",
        "In no way {}",
        "Not a single part was {}",
        "You won't find it {}",
        "I saw no {} scenes",
        "Nobody found it {}",
        "The {thing} couldn't be less {}",
        "Little of it was {}",
        "It fails to be {}",
    ],
    (
        "absorbing amazing astonishing awesome breathtaking captivating classy dazzling delicious "
        "delightful elegant enchanting engrossing excellent exceptional exhilarating exquisite "
        "extraordinary fabulous fantastic flawless genuine glorious gorgeous graceful helpful "
        "heartwarming imaginative incredible ingenious insightful inventive lively magnificent "
        "marvelous masterful nice outstanding perfect playful pleasant polished poignant profound "
        "refreshing riveting sensational sharp smart spectacular stunning stylish sublime sweet "
        "terrific thoughtful unforgettable uplifting vivid warm witty worthwhile"
    ).split(),
    (
        "abysmal annoying appalling atrocious banal bland broken cheesy childish clichéd corny "
        "crude depressing dirty disappointing disastrous dreary dumb empty excruciating flawed "
        "forgettable frustrating hopeless horrid idiotic implausible inept insulting irritating "
        "laughable lousy meaningless messy miserable monotonous nasty noisy offensive overlong "
        "overrated painful pretentious repetitive rude sappy sloppy stale stilted tasteless trite "
        "unbearable unconvincing unfunny uninspired unoriginal unpleasant unwatchable useless "
        "vapid worthless wretched"
    ).split(),
)
FEELINGS = Frames(
    [
        "I was so {}",
        "We were {} with it",
        "She looked {}",
        "Everyone left {}",
        "I feel {}",
        "I have never been so {}",
        "I have never been more {}",
        "I couldn't be more {}",
        "I can't tell you how {} I am",
        "No wonder he is {}",
        "You will feel {}",
        "You will leave {}",
        "I had every reason to be {}",
        "There is much to be {} about",
        "We will be {}",
    ],
    [
        "I wasn't {}",
        "We were not {} with it",
        "She didn't look {}",
        "No one left {}",
        "I don't feel {}",
        "At no time was I {}",
        "He isn't {} about it",
        "I am no longer {}",
        "You won't feel {}",
        "You will not leave {}",
        "I had no reason to be {}",
        "There is nothing to be {} about",
        "Nobody felt {}",
    ],
    (
        "absorbed captivated cheerful content elated enthralled excited fascinated fulfilled glad "
        "grateful happy hooked hopeful proud relaxed thankful"
    ).split(),
    (
        "angry ashamed bitter cheated depressed exhausted furious irritated jaded miserable sad "
        "sick sorry tired unhappy unimpressed weary"
    ).split(),
)
VERBS = Frames(
    [
        "It does {}",
        "The {thing} really did {}",
        "It always manages to {}",
        "It never fails to {}",
        "It cannot fail to {}",
        "It will {}",
        "The {thing} is sure to {}",
        "It would always {}",
        "There is no doubt that it will {}",
    ],
    [
        "It doesn't {}",
        "The {thing} does not {}",
        "It didn't {} once",
        "It fails to {}",
        "It won't {}",
        "The {thing} will not {}",
        "It would never {}",
        "It can't {}",
        "At no point does it {}",
    ],
    "captivate dazzle enchant fascinate grip help impress please satisfy shine succeed".split(),
    "cheat collapse confuse disgust exhaust flop insult ramble sag stink suck".split(),
)
ACTS = Frames(
    [
        "We did {} the {thing}",
        "I must say I {} it",
        "Anyone would {} it",
        "I would {} the {thing} any day",
        "I could not help but {} it",
        "We will {} it",
        "They will {} the {thing}",
        "There is good reason to {} it",
        "I find much to {} in it",
        "Anybody could {} it",
    ],
    [
        "We did not {} the {thing}",
        "I can't say I {} it",
        "No one would {} it",
        "I would never {} the {thing}",
        "I didn't {} it",
        "We won't {} it",
        "They will not {} the {thing}",
        "There is no reason to {} it",
        "I find nothing to {} in it",
        "Nobody could {} it",
    ],
    "buy choose fancy favor keep relish save welcome".split(),
    "abhor avoid condemn doubt dread fear pity reject".split(),
)
QUALITIES = Frames(
    [
        "There is much {}",
        "It is full of {}",
        "More than a trace of {}",
        "I saw so much {} in it",
        "It does not lack {}",
        "It is never without {}",
        "There is no end of {}",
        "It has plenty of {}",
        "The {thing} has more {} than most",
        "You will find a lot of {} in it",
    ],
    [
        "There is no {}",
        "It lacks {}",
        "The {thing} is without {}",
        "Not a trace of {}",
        "No {}",
        "It hasn't got any {}",
        "The {thing} has little {}",
        "It is free of {}",
        "You won't find any {} in it",
        "I could find no {}",
    ],
    (
        "beauty chemistry depth flair grace humor imagination intelligence originality passion "
        "soul suspense tension warmth"
    ).split(),
    (
        "boredom clichés clutter dirt errors filler gaps holes nastiness noise padding sloppiness "
        "stupidity waste"
    ).split(),
)
REACTIONS = Frames(
    [
        "I wanted to {}",
        "It made us {}",
        "We had good cause to {}",
        "They gave me much to {} about",
        "You will {}",
        "You have to {}",
    ],
    [
        "I didn't want to {}",
        "It never made us {}",
        "We had no cause to {}",
        "They gave me nothing to {} about",
        "You won't {}",
        "You don't have to {}",
    ],
    "beam clap dance gasp grin rejoice sing".split(),
    "cringe frown grumble moan sigh snore weep".split(),
)
COMPARATIVES = Frames(
    [
        "I have never seen a {} {thing}",
        "No {thing} is {}",
        "It couldn't be {}",
        "Nothing is {} than this",
        "You won't find a {} {thing}",
        "There is hardly a {} {thing}",
    ],
    [
        "It could have been {}",
        "It could be {}",
        "I have seen {} ones",
        "Most others are {}",
        "The last one was {}",
        "It was {} before",
    ],
    "brighter deeper funnier kinder livelier lovelier stronger warmer wiser".split(),
    "blander cheaper colder duller harsher sillier uglier weaker worse".split(),
)
KINDS = [ADJECTIVES, FEELINGS, VERBS, ACTS, QUALITIES, REACTIONS, COMPARATIVES]
IDIOMS = {
    POSITIVE: [
        "I have no complaints",
        "No regrets",
        "I wouldn't change a thing",
        "You can't go wrong with it",
        "What's not to like",
        "Don't miss it",
        "You don't want to miss this",
        "I couldn't put it down",
        "I couldn't stop smiling",
        "I didn't want it to end",
        "I couldn't ask for more",
        "It doesn't get any better than this",
        "I can't wait to see it again",
        "I can't get enough of it",
        "We cannot thank them enough",
        "You can never have too much of it",
        "No one does it better",
        "Nothing comes close",
        "Nothing could spoil it",
        "It leaves nothing to be desired",
    ],
    NEGATIVE: [
        "I have many complaints",
        "Many regrets",
        "I would change everything",
        "Don't bother",
        "Don't waste your money",
        "You don't want to see this",
        "I couldn't finish it",
        "I couldn't stop groaning",
        "I couldn't wait for it to end",
        "I expected more",
        "It doesn't get any worse than this",
        "I can't wait to forget it",
        "I have had enough of it",
        "We cannot thank them for that",
        "I can't stand it",
        "Anyone could do it better",
        "Nothing works",
        "Nothing could save it",
        "It leaves much to be desired",
        "Not worth it",
    ],
}
