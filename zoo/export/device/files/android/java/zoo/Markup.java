package zoo;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces HTML, without changing the number of code points: section 10. */
final class Markup {
    private static final Pattern TAG = Pattern.compile("</?[a-zA-Z!][^<>]*>");
    private static final Pattern LINE_TAG = Pattern.compile(
            "</?(?:[bB][rR]|[pP]|[dD][iI\\u0130\\u0131][vV]|[lL][iI\\u0130\\u0131]|[tT][rRdDhH]"
            + "|[hH][1-6])");
    private static final Pattern ENTITY = Pattern.compile(
            "&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});");
    private static final char FILLER = '\uFDD0';

    private final Unicode unicode;
    private final Map<String, Object> named;
    private final Map<String, Object> numeric;

    Markup(Unicode unicode, Map<String, Object> entities) {
        this.unicode = unicode;
        named = Json.object(entities.get("named"));
        numeric = Json.object(entities.get("numeric"));
    }

    String blank(String text) {
        StringBuilder tags = new StringBuilder();
        Matcher tag = TAG.matcher(text);
        int after = 0;
        while (tag.find()) {
            tags.append(text, after, tag.start());
            pad(tags, endsLine(tag.group()) ? "\n" : " ", tag.group(), ' ');
            after = tag.end();
        }
        return characters(tags.append(text, after, text.length()).toString());
    }

    private String characters(String text) {
        StringBuilder built = new StringBuilder();
        Matcher entity = ENTITY.matcher(text);
        int after = 0;
        while (entity.find()) {
            String character = character(entity.group(1));
            if (character != null) {
                built.append(text, after, entity.start());
                pad(built, character, entity.group(), FILLER);
                after = entity.end();
            }
        }
        return built.append(text, after, text.length()).toString();
    }

    private static void pad(StringBuilder built, String character, String replaced, char filler) {
        built.append(character);
        for (int i = replaced.codePointCount(0, replaced.length()); i > 1; i--) {
            built.append(filler);
        }
    }

    private boolean endsLine(String tag) {
        Matcher line = LINE_TAG.matcher(tag);
        if (!line.lookingAt()) {
            return false;
        }
        int next = tag.codePointAt(line.end());
        return next != '_' && !unicode.isAlphanumeric(next);
    }

    /** Returns the character of an entity, null if there is none. */
    private String character(String body) {
        if (body.charAt(0) != '#') {
            return (String) named.get(body);
        }
        boolean hexadecimal = body.charAt(1) == 'x' || body.charAt(1) == 'X';
        int code = hexadecimal
                ? Integer.parseInt(body.substring(2), 16) : Integer.parseInt(body.substring(1));
        if (numeric.containsKey(String.valueOf(code))) {
            return (String) numeric.get(String.valueOf(code));
        }
        if (code >= 0xD800 && code <= 0xDFFF || code > 0x10FFFF) {
            return "\uFFFD";
        }
        boolean none = code >= 0xFDD0 && code <= 0xFDEF || (code & 0xFFFE) == 0xFFFE;
        return none ? null : new String(Character.toChars(code));
    }
}
