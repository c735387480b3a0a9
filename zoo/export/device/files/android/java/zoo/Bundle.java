package zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings, tables and vocabularies of a model: from a text to the model's inputs. */
public final class Bundle {
    /** The files of the folder {@code model}: assets of an app, or a directory. */
    public interface Files {
        /** Returns the content of a file, in memory or mapped. */
        ByteBuffer open(String name) throws IOException;
    }

    final Map<String, Object> settings;
    private final Tokenizer tokenizer;
    private final Markup markup;
    private final Sentences sentences;
    private final Features features;

    public Bundle(Files files) throws IOException {
        settings = json(files, "bundle.json");
        Unicode unicode = new Unicode(json(files, "unicode.json"));
        Map<String, Vocabulary> vocabularies = new HashMap<>();
        for (String name : Json.strings(settings.get("vocabularies"))) {
            vocabularies.put(name, new Vocabulary(files.open(name + ".vocab")));
        }
        Map<String, Object> rules = Json.object(settings.get("tokenizer"));
        boolean words = rules.get("kind").equals("words");
        tokenizer = new Tokenizer(unicode, words ? Json.strings(rules.get("abbreviations")) : null);
        markup = settings.get("markup") == null
                ? null : new Markup(unicode, json(files, "entities.json"));
        sentences = is("cut", "sentences")
                ? new Sentences(unicode, Json.object(settings.get("sentences"))) : null;
        features = new Features(unicode, vocabularies, settings);
    }

    static Map<String, Object> json(Files files, String name) throws IOException {
        return Json.object(Json.parse(StandardCharsets.UTF_8.decode(files.open(name)).toString()));
    }

    /** Whether the model labels tokens, for a {@link Tagger}, or whole texts. */
    public boolean labelsTokens() {
        return !is("answer", "label");
    }

    boolean is(String setting, String value) {
        return value.equals(settings.get(setting));
    }

    /** Returns the tokens of a text. */
    public List<Token> tokens(String text) {
        Text given = new Text(text);
        return tokenizer.tokens(given, cleaned(given));
    }

    private Text cleaned(Text text) {
        return markup == null ? text : new Text(markup.blank(text.string));
    }

    /** Returns the parts of a text that the model reads on their own, none of them empty. */
    List<List<Token>> parts(String text) {
        Text given = new Text(text);
        Text cleaned = cleaned(given);
        List<Token> tokens = tokenizer.tokens(given, cleaned);
        if (sentences != null) {
            return sentences.split(cleaned, tokens);
        }
        List<List<Token>> parts = new ArrayList<>();
        if (!tokens.isEmpty()) {
            parts.add(tokens);
        }
        return parts;
    }

    /** Returns the runs of the model for one part, each of at most {@code longest} tokens. */
    List<Run> runs(List<Token> part, int longest) {
        List<Run> runs = new ArrayList<>();
        for (int[] cut : cuts(part.size(), longest)) {
            List<String> words = new ArrayList<>();
            for (Token token : part.subList(cut[0], cut[1])) {
                words.add(token.text());
            }
            Map<String, int[]> inputs = new LinkedHashMap<>();
            Json.object(settings.get("inputs")).forEach((name, feature) ->
                    inputs.put(name, features.of((String) feature, words)));
            runs.add(new Run(cut[0], cut[1], cut[2], cut[3], inputs));
        }
        return runs;
    }

    private List<int[]> cuts(int length, int longest) {
        if (is("cut", "sentences")) {
            Map<String, Object> window = Json.object(settings.get("window"));
            return Cuts.windows(
                    length, Json.integer(window.get("size")), Json.integer(window.get("margin")));
        }
        if (is("cut", "pieces")) {
            return Cuts.pieces(length, Math.min(Json.integer(settings.get("piece")), longest));
        }
        return Cuts.pieces(length, length);
    }
}
