package zoo;

import java.util.List;

/** The expression of section 2, for the sketch of a text that {@link Tokenizer} makes. */
final class Words {
    private static final String S = " \\n";
    private static final String D = "0-9";
    private static final String E = "a-zA-Z\\u00AA\\u00C0\\u017F";
    private static final String A = E + D;
    private static final String M = "\\u0301\\u200D";
    private static final String W = A + "_" + M + "\\u203F";
    private static final String C = "A-Z\\u00C0\\u03A2";
    private static final String APOSTROPHE = "['\\u2019]";
    private static final String NOT_LAST = "(?=[" + S + "]*+[^" + S + "\"'\\u201D\\u2019)\\]])";
    private static final String SHORT = APOSTROPHE
            + "(?:[sS\\u017F]|[mM]|[dD]|[rR][eE]|[vV][eE]|[lL][lL])(?![" + W + "])";
    private static final String JOIN = "(?:[\\-\\u2010\\u2011\\&](?=[" + W + "])"
            + "|(?!" + SHORT + ")" + APOSTROPHE + "(?=[" + W + "])"
            + "|(?<=[" + D + "])[.,:/](?=[" + D + "])"
            + "|\\.(?=[a-z" + D + "])"
            + "|(?<=[" + C + "])\\.(?=[" + W + "]))";

    private Words() {}

    /** Loops over groups are possessive, which changes no match and needs no stack. */
    static String expression(List<String> abbreviations) {
        String word = "(?:(?:(?:[" + E + "]\\.){2,}+|[" + C + "]\\." + NOT_LAST + ")[" + W + "]*"
                + "|(?:" + String.join("|", abbreviations) + ")\\." + NOT_LAST
                + "|No\\.(?=[" + S + "][" + D + "])"
                + "|(?:(?<![" + W + "])[+.](?=[" + D + "]))?[" + W + "]+"
                + "(?!(?<=[nN])" + APOSTROPHE + "[tT](?![" + W + "])))";
        return String.join("|",
                "[" + A + "]++(?![^" + S + "])",
                "(?:https?://|ftp://|www\\.)[^" + S + "]*"
                        + "[^" + S + ".,;:!?\"'\\u201D\\u2019)\\]\\}>]",
                "[" + A + "_.+\\-]{1,64}@[" + A + "_\\-]+(?:\\.[" + A + "_\\-]+)++",
                "(?<=[" + W + "])" + SHORT,
                SHORT + "(?![^" + S + "])",
                "(?:n['\\u2019]t|N['\\u2019]T)(?![" + W + "])",
                "(?<![^\\n])[" + D + "]{1,2}\\.(?=[" + S + "])",
                "[A-Z]{1,3}\\$",
                word + "(?:" + JOIN + word + ")*+(?:(?:-|\\+{1,2})(?![^" + S + "]))?",
                "\\.{2,}|-{2,}|={2,}|\\*{2,}|`{2,}|'{2,}|[!?]{2,}",
                "\\u2691{2}",
                "[^" + S + "](?:[" + M + "]|(?<=\\u200D)[^" + S + "])*+");
    }
}
