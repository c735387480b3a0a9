package zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a text into tokens: sections 2 and 3. */
final class Tokenizer {
    // The expressions see a sketch of the text: one char for each character, which stands for all
    // characters that they treat alike. So they need no Unicode classes of the platform.
    private static final char SPACE = ' ';
    private static final char LETTER = '\u00AA';
    private static final char CAPITAL = '\u00C0';
    private static final char DIGIT = '0';
    private static final char MARK = '\u0301';
    private static final char SCRIPT = '\u203F'; // inside of words, of another kind
    private static final char FLAG = '\u2691';
    private static final char OTHER = '\u00A4';
    private static final String LITERALS = "\u017F\u03A2\u200D\u2010\u2011\u2019\u201D";

    private final Unicode unicode;
    private final boolean words;
    private final Pattern pattern;

    /** Cuts into characters if {@code abbreviations} is null, else into words. */
    Tokenizer(Unicode unicode, List<String> abbreviations) {
        this.unicode = unicode;
        words = abbreviations != null;
        pattern = Pattern.compile(words ? Words.expression(abbreviations) : "[^ \\n]");
    }

    /**
     * Returns the tokens of a text.
     *
     * @param text the given text
     * @param cleaned the same without markup, of as many code points
     */
    List<Token> tokens(Text text, Text cleaned) {
        Shown shown = new Shown(cleaned.points, words ? unicode : null);
        char[] sketch = new char[shown.points.length];
        for (int i = 0; i < sketch.length; i++) {
            sketch[i] = sketchOf(shown.points[i]);
        }
        List<Token> tokens = new ArrayList<>();
        Matcher match = pattern.matcher(new String(sketch));
        while (match.find()) {
            int start = shown.starts[match.start()];
            int end = shown.ends[match.end() - 1];
            String token = new String(shown.points, match.start(), match.end() - match.start());
            tokens.add(new Token(token, text.units[start], text.units[end], start, end));
        }
        return tokens;
    }

    private char sketchOf(int c) {
        if (c == '\n' || LITERALS.indexOf(c) >= 0) {
            return (char) c;
        }
        if (Unicode.isSpace(c)) {
            return SPACE;
        }
        if (c < 0x80) {
            return (char) c;
        }
        if (unicode.isDecimal(c)) {
            return DIGIT;
        }
        if (unicode.isAlphanumeric(c)) {
            return isCapital(c) ? CAPITAL : LETTER;
        }
        if (unicode.isMark(c) || c == 0x200C || c >= 0x1F3FB && c <= 0x1F3FF) {
            return MARK;
        }
        if (c >= 0x10000 && c <= 0x1CFFF || c >= 0x1DA00 && c <= 0x1EFFF) {
            return SCRIPT;
        }
        return c >= 0x1F1E6 && c <= 0x1F1FF ? FLAG : OTHER;
    }

    /** Class C of section 1, U+03A2 and ASCII aside. */
    private static boolean isCapital(int c) {
        return c >= 0xC0 && c <= 0xDE && c != 0xD7 || c >= 0x391 && c <= 0x3A9
                || c >= 0x410 && c <= 0x42F;
    }
}
