package zoo;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Classes and forms of characters: section 1. The platform's version of Unicode is not used. */
final class Unicode {
    private static final int FILLER = 0xFDD0;
    private static final int SIGMA = 0x3A3;
    private static final BitSet SPACES = ranges(
            0x9, 0xD, 0x1C, 0x20, 0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A,
            0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000);
    private static final BitSet HIDDEN = ranges(
            0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F,
            0x200B, 0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164,
            FILLER, FILLER, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFFB,
            0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF);

    private final BitSet letters;
    private final BitSet decimals;
    private final BitSet numbers;
    private final BitSet marks;
    private final BitSet small;
    private final BitSet capitals;
    private final BitSet titles;
    private final BitSet cased;
    private final BitSet ignored;
    private final Map<Integer, String> lower;
    private final Map<Integer, String> forms;

    Unicode(Map<String, Object> table) {
        Map<String, Object> classes = Json.object(table.get("classes"));
        letters = members(classes.get("letter"));
        decimals = members(classes.get("decimal"));
        numbers = members(classes.get("number"));
        marks = members(classes.get("mark"));
        small = members(classes.get("lower"));
        capitals = members(classes.get("upper"));
        titles = members(classes.get("title"));
        cased = members(classes.get("cased"));
        ignored = members(classes.get("ignored"));
        lower = items((String) table.get("lower"));
        forms = items((String) table.get("forms"));
    }

    static boolean isSpace(int c) {
        return SPACES.get(c);
    }

    static boolean isHidden(int c) {
        return HIDDEN.get(c);
    }

    static boolean isFiller(int c) {
        return c == FILLER;
    }

    boolean isLetter(int c) {
        return letters.get(c);
    }

    boolean isDecimal(int c) {
        return decimals.get(c);
    }

    /** Whether the character is a letter or a number. */
    boolean isAlphanumeric(int c) {
        return isLetter(c) || isDecimal(c) || numbers.get(c);
    }

    /** Whether the character is a mark of the basic plane. */
    boolean isMark(int c) {
        return marks.get(c);
    }

    boolean isLower(int c) {
        return small.get(c);
    }

    boolean isUpper(int c) {
        return capitals.get(c);
    }

    boolean isTitle(int c) {
        return titles.get(c);
    }

    /** What a character is read as: section 2. */
    int[] form(int c) {
        if (isHidden(c)) {
            return new int[0];
        }
        String form = forms.get(c);
        return form == null ? new int[] {c} : form.codePoints().toArray();
    }

    /** Lowers a string. */
    String lowered(String string) {
        int[] points = string.codePoints().toArray();
        StringBuilder built = new StringBuilder();
        for (int i = 0; i < points.length; i++) {
            String form = lower.get(points[i]);
            if (points[i] == SIGMA) {
                built.append(isFinal(points, i) ? 'ς' : 'σ');
            } else if (form == null) {
                built.appendCodePoint(points[i]);
            } else {
                built.append(form);
            }
        }
        return built.toString();
    }

    private boolean isFinal(int[] points, int at) {
        return reachesCased(points, at, -1) && !reachesCased(points, at, 1);
    }

    private boolean reachesCased(int[] points, int at, int step) {
        int i = at + step;
        while (i >= 0 && i < points.length && ignored.get(points[i])) {
            i += step;
        }
        return i >= 0 && i < points.length && cased.get(points[i]);
    }

    private static BitSet ranges(int... edges) {
        BitSet set = new BitSet();
        for (int i = 0; i < edges.length; i += 2) {
            set.set(edges[i], edges[i + 1] + 1);
        }
        return set;
    }

    private static BitSet members(Object value) {
        List<Object> lengths = Json.list(value);
        BitSet set = new BitSet();
        int start = 0;
        for (int i = 0; i < lengths.size(); i++) {
            int end = start + Json.integer(lengths.get(i));
            set.set(start, end, i % 2 == 1);
            start = end;
        }
        return set;
    }

    private static Map<Integer, String> items(String items) {
        Map<Integer, String> map = new HashMap<>();
        for (String item : items.split(" ")) {
            int c = item.codePointAt(0);
            map.put(c, item.substring(Character.charCount(c)));
        }
        return map;
    }
}
