package zoo;

import java.util.List;

/** URLs, mail addresses and handles among the tokens of a sentence: section 8. */
final class Addresses {
    private Addresses() {}

    /** Returns whether each token is part of an address. */
    static boolean[] among(List<Token> tokens) {
        boolean[] found = new boolean[tokens.size()];
        boolean inside = false; // a URL of several tokens
        for (int t = 0; t < tokens.size(); t++) {
            String token = tokens.get(t).text();
            boolean adjacent = t > 0 && tokens.get(t - 1).end() == tokens.get(t).start();
            inside = inside && adjacent || beginsUrl(tokens, t);
            boolean handle = adjacent && tokens.get(t - 1).text().equals("@");
            boolean whole = token.contains("@") || token.contains("://") || token.startsWith("www.");
            found[t] = inside || handle || whole;
        }
        return found;
    }

    private static boolean beginsUrl(List<Token> tokens, int first) {
        String word = tokens.get(first).text();
        StringBuilder following = new StringBuilder();
        int end = tokens.get(first).end();
        for (Token token : tokens.subList(first + 1, Math.min(first + 4, tokens.size()))) {
            following.append(token.start() == end ? token.text() : " ");
            end = token.end();
        }
        if (word.matches("(?i)https?|ftp")) {
            return following.indexOf("://") == 0;
        }
        if (word.equalsIgnoreCase("www")) {
            return following.indexOf(".") == 0;
        }
        return word.regionMatches(true, 0, "www.", 0, 4) && !word.startsWith("www.");
    }
}
