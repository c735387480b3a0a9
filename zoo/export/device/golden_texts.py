"""The texts of the golden vectors of a device bundle: ordinary ones and edge cases."""

# Only characters that have long been in Unicode and whose properties have not changed.
TEXTS = {
    "news": "George Washington went to Washington.",
    "news with a score": "LONDON 1996-08-30 West Indian all-rounder Phil Simmons took four for 38.",
    "several sentences": (
        "Mr. Bo met Gen. Lee of the U.S. Army at Acme Inc. in St. Paul. He left the U.S. The army "
        'of Acme Inc. grew. "Why?" he asked. "Because." (No one knew.) 10 minutes later she left...'
    ),
    "blank lines": "BONN 1996-08-22\n\nGermany won 2-1\n \t\nIt rained\nin Bonn.",
    "table of results": "1. Smith\n2. Jones\n 3. Brown\r\n10. Green",
    "empty": "",
    "a space": " ",
    "white space": " \t\r\n\u00a0\u3000\u2028\u0085\x1c ",
    "one letter": "a",
    "one sign": ".",
    "emoji": "ok \U0001f600 I love Paris\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea!",
    "emoji in several parts": "\U0001f469\U0001f3fd\u200d\U0001f680 1\ufe0f\u20e3 \u2764\ufe0f no",
    "combining marks": "Zoe\u0308 ate a creme bru\u0302le\u0301e in Orle\u0301ans \u0301.",
    "composed": "Zoë ate a crème brûlée in Orléans.",
    "soft hyphen and joiners": "Wash\u00ading\u00adton, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647",
    "Hebrew": "שלום עליכם, ירושלים. שָׁלוֹם",
    "Arabic": "ذهب محمد إلى القاهرة في ٢٠٢٤؟ نعم.",
    "right to left amid left to right": "The word \u200fשלום\u200e means (peace).",
    "Hindi": "हिन्दी में दिल्ली। ठीक है।",
    "Chinese": "乔治·华盛顿去了北京。上海呢？",
    "Japanese and Korean": "東京タワーへ行った。서울에 갔다.",
    "Greek with final sigmas": "Ο ΟΔΥΣΣΕΥΣ ΣΤΗΝ ΙΘΑΚΗ. Σ ΑΣ. Γ. Γ.Σ.",
    "Cyrillic": "Анна и Б. Иванов в Москве.",
    "Turkish": "İstanbul ve DIŞ ılık",
    "title case": "ǅungla ǅA Ǆ ǆ ß ẞ ﬁn",
    "beyond the basic plane": "\U00010400\U00010428 \U0001d400bc \U00011000\U00011001 \U00020000",
    "NUL": "a\0b \0 Ada\0Bo",
    "format characters": "Wash\u200bing\u00adton\u2060 met \u200eBo\ufe0f. \u200b \u180eThe end.",
    "compatibility forms": "Ａｄａ　Ｌｏｖｅｌａｃｅ， 𝐁𝐨 ﬁnds Ⓐⓓⓐ Louis ⅩⅣ ﷺ ™ ½ ² ŉ't ㄱ ｶﾞ",
    "forms": "Name:\tAda Lovelace\tCity:\tRome\u2029Page\fPage\n \tIndented",
    "lists": "Ada Lovelace\r\nBo Diddley\rEve\u2028Lee\nand on until a line is long enough\nIt is.",
    "long lines": f"{'Ada met Bo ' * 5}\n- {'Bo met Ada ' * 5}\n2. Rome\n{'so ' * 20}\nThen",
    "handles": "@ada asked @bo_lee, not ada@home or @ eve; mail a@b.org @c@d.social www. www.x.org",
    "byte order mark": "\ufeffAda met Bo.",
    "straight quotes": "\"Go,\" said 'Ada'. ``Old'' 'tis the teams' bus",
    "curved quotes": "“Go,” said ‘Ada’. «Été» „Öl“ O’Brien’s",
    "contractions": "John's dog didn't bite, can't, WON'T; we're, I'm, they'll, he'd, I'\u017f",
    "curved contractions": "John’s dog didn’t; O’Neil’s o’clock AÉ.Dupont",
    "addresses": "Go http://x.com/a?b=c(d).html. or www.example.org, ftp://x.y/; a.b+c@d.co.uk!",
    "addresses in capitals": "HTTP://A.COM/Rome Www.Rome.de, www.. WWW.X.ORG/Bo Https:/ FTP ://Bo",
    "names in Markdown": "_Ada Lovelace_ met **Bo**, __Angela Lee__ in *Paris*, (_Rome_) __ _a_b",
    "numbers": "1,000.5 0.25 .500 +44 1/2 1:59.3 1996/97 22/8/96 10th 5m US$6.50 A$1 4% ² ½ Ⅷ ٣",
    "digits of other kinds": "①② x² x½ ४२ 4٢ ⅷ ൰",
    "hyphens and signs": "under-21 five- and six‐year S&P AT&T AA+ C++ wait -- no ... ?! == ** *",
    "all caps": "EU REJECTS GERMAN CALL TO BOYCOTT BRITISH LAMB.",
    "lower case": "peter blackburn of the european commission lives in brussels.",
    "mixed case": "McDonald eBay iPhone OECD-led DeLorean",
    "abbreviation at the end": "They joined Acme Inc.",
    "abbreviations": "J. J.P. Smith v. Jones at 3 a.m. on Jan. 5, No. 2 No.2 Co. or No. B. C.",
    "a very long word": "The " + "incomprehensibil" * 20 + "ity of Paris",
    "a word at the limit of length": f"{'ab' * 15} {'ab' * 15}c {'é' * 31}",
    "brackets": "a(b[c{d}e]f)g ] ( h )) i (",
    "markup": "A <b>film</b> <a href='\U0001f600 good'>isn't</a><br />1. Go<BR>old</P >Bo <3 a < b",
    "cells": "<tr><td>Ada Lovelace<td>Rome<th>Bo</table> AT&amp;T Andr&eacute; Ada&nbsp;Bo&shy;Lee",
    "entities": "R&amp;B é&eacute; &#8220;g&#x201D; &nbsp;&Afr;x &nosuch; &notit; &#128; &#0; &#1;",
    "odd markup": "<dıv>1. Go<LI>2. No<link>3. Ok<3> <!-- no --> </ b> &#xD800; &#xFFFE;&#9999999;",
    "a noncharacter": "A\ufdd0da met \ufdd0 (\ufdd0Bo\ufdd0)",
    "marks around sigmas": "ΑΣ\u0301 ΑΣ\u00ad. Α\u0301Σ ΑΣ'Α Σ\u0301Α ΑΣ\u200dΑ 1Σ",
    "the names of padding and unknown": "[PAD] [UNK] [pad]",
}


def long_text(words: int) -> str:
    """Return a text of `words` words without a full stop.

    Example:

    >>> long_text(6)
    'Ada met Bo Lee in Rome'
    """
    return " ".join(("Ada met Bo Lee in Rome and then " * (words // 8 + 1)).split()[:words])
