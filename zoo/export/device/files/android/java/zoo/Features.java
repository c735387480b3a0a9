package zoo;

import java.util.List;
import java.util.Map;

/** The model's inputs: section 6. */
final class Features {
    private final Unicode unicode;
    private final Map<String, Vocabulary> vocabularies;
    private final Map<String, Object> settings;

    Features(Unicode unicode, Map<String, Vocabulary> vocabularies, Map<String, Object> settings) {
        this.unicode = unicode;
        this.vocabularies = vocabularies;
        this.settings = settings;
    }

    /** Returns the values of a feature, row by row. */
    int[] of(String feature, List<String> words) {
        return switch (feature) {
            case "tokens" -> words.stream().mapToInt(vocabularies.get("vocabulary")::idOf).toArray();
            case "words" -> words.stream().mapToInt(this::wordId).toArray();
            case "cases" -> words.stream().mapToInt(this::caseId).toArray();
            case "characters" -> characters(words);
            default -> throw new IllegalArgumentException("Unknown feature " + feature + ".");
        };
    }

    private int wordId(String word) {
        String lowered = unicode.lowered(word);
        int id = vocabularies.get("words").idOf(lowered);
        return id != Vocabulary.UNKNOWN ? id : vocabularies.get("words").idOf(withoutDigits(lowered));
    }

    private String withoutDigits(String word) {
        StringBuilder built = new StringBuilder();
        word.codePoints().forEach(c -> built.appendCodePoint(unicode.isDecimal(c) ? '0' : c));
        return built.toString();
    }

    private int[] characters(List<String> words) {
        int longest = Json.integer(settings.get("longest_word"));
        int[][] rows = new int[words.size()][];
        int width = 0;
        for (int row = 0; row < rows.length; row++) {
            int[] points = words.get(row).codePoints().toArray();
            int cut = Math.max(0, points.length - longest);
            rows[row] = new int[points.length - cut];
            for (int i = 0; i < rows[row].length; i++) {
                int point = points[i < longest / 2 ? i : i + cut];
                String character = new String(Character.toChars(point));
                rows[row][i] = vocabularies.get("characters").idOf(character);
            }
            width = Math.max(width, rows[row].length);
        }
        int[] ids = new int[rows.length * width]; // 0 is padding
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, ids, row * width, rows[row].length);
        }
        return ids;
    }

    private int caseId(String word) {
        return Json.list(settings.get("cases")).indexOf(caseOf(word.codePoints().toArray()));
    }

    private String caseOf(int[] word) {
        int digits = 0;
        int letters = 0;
        int small = 0;
        int capital = 0;
        int title = 0;
        boolean proper = true;
        boolean follows = false; // a character with a case
        for (int c : word) {
            boolean isSmall = unicode.isLower(c);
            boolean isCapital = unicode.isUpper(c) || unicode.isTitle(c);
            proper &= !isSmall && !isCapital || follows == isSmall;
            follows = isSmall || isCapital;
            digits += isDigit(c) ? 1 : 0;
            letters += unicode.isLetter(c) ? 1 : 0;
            small += isSmall ? 1 : 0;
            capital += isCapital ? 1 : 0;
            title += unicode.isTitle(c) ? 1 : 0;
        }
        if (digits > 0) {
            return digits == word.length ? "digits" : "some digits";
        }
        if (letters == 0) {
            return "no letter";
        }
        if (small > 0 && capital == 0) {
            return "lower";
        }
        if (capital > 0 && small == 0 && title == 0) {
            return "upper";
        }
        return capital > 0 && proper ? "title" : "mixed";
    }

    private boolean isDigit(int c) {
        if (unicode.isDecimal(c)) {
            return true;
        }
        for (Object range : Json.list(settings.get("other_digits"))) {
            List<Object> edges = Json.list(range);
            if (Json.integer(edges.get(0)) <= c && c <= Json.integer(edges.get(1))) {
                return true;
            }
        }
        return false;
    }
}
