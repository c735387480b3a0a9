package zoo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Splits the tokens of a text into sentences: section 4. */
final class Sentences {
    private final Unicode unicode;
    private final Set<Integer> ends;
    private final Set<Integer> closing;
    private final Set<Integer> neverFirst;
    private final Set<Integer> bullets;
    private final Set<String> openers;
    private final int shortLine;

    Sentences(Unicode unicode, Map<String, Object> rules) {
        this.unicode = unicode;
        ends = points(rules.get("ends"));
        closing = points(rules.get("closing"));
        neverFirst = points(rules.get("never_first"));
        bullets = points(rules.get("bullets"));
        openers = new HashSet<>(Json.strings(rules.get("openers")));
        shortLine = Json.integer(rules.get("short_line"));
    }

    private static Set<Integer> points(Object string) {
        Set<Integer> points = new HashSet<>();
        ((String) string).codePoints().forEach(points::add);
        return points;
    }

    /** Returns lists of tokens; {@code text} is without markup. */
    List<List<Token>> split(Text text, List<Token> tokens) {
        List<List<Token>> sentences = new ArrayList<>();
        Token before = null;
        boolean ended = false;
        int line = 0;
        for (Token token : tokens) {
            Space space = new Space(text.points, before == null ? 0 : before.endPoint(),
                    before == null ? 0 : token.firstPoint());
            if (before == null || begins(token, before, space, ended, line)) {
                sentences.add(new ArrayList<>());
                ended = false;
            }
            if (before == null || space.lineEnds > 0) {
                line = token.firstPoint();
            }
            sentences.get(sentences.size() - 1).add(token);
            boolean closes = ended && space.empty && isOne(token.text(), closing);
            ended = closes || token.text().codePoints().allMatch(ends::contains);
            before = token;
        }
        return sentences;
    }

    private boolean begins(Token token, Token before, Space space, boolean ended, int line) {
        if (space.gap || before.text().endsWith(".") && openers.contains(token.text())) {
            return true;
        }
        int first = token.text().codePointAt(0);
        if (unicode.isLower(first)) {
            return false;
        }
        boolean quote = !space.empty && (first == '"' || first == '\'');
        if (ended && (!neverFirst.contains(first) || quote)) {
            return true;
        }
        boolean numbered = unicode.isDecimal(first) && token.text().endsWith(".");
        boolean listed = before.endPoint() - line < shortLine || bullets.contains(first) || numbered;
        return space.lineEnds > 0 && listed;
    }

    private static boolean isOne(String token, Set<Integer> set) {
        return token.codePointCount(0, token.length()) == 1 && set.contains(token.codePointAt(0));
    }

    /** What is between two tokens, apart from characters that are not shown. */
    private static final class Space {
        boolean empty = true;
        int lineEnds;
        boolean gap;

        Space(int[] text, int start, int end) {
            int last = 0;
            for (int i = start; i < end; i++) {
                int c = text[i];
                if (Unicode.isHidden(c)) {
                    continue;
                }
                empty = false;
                boolean joined = c == '\n' && last == '\r';
                if (!joined && (c == '\n' || c == '\r' || c == 0x2028)) {
                    lineEnds++;
                }
                gap |= c == '\t' || c == '\f' || c == 0x2029;
                last = c;
            }
            gap |= lineEnds > 1;
        }
    }
}
