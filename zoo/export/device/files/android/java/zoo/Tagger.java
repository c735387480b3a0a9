package zoo;

import java.util.ArrayList;
import java.util.List;

/** Labels parts of texts: sections 8 and 9. */
public final class Tagger {
    private final Bundle bundle;
    private final Model model;
    private final List<String> tags;

    public Tagger(Bundle bundle, Model model) {
        if (!bundle.labelsTokens()) {
            throw new IllegalArgumentException("This model labels whole texts: use Classifier.");
        }
        this.bundle = bundle;
        this.model = model;
        tags = Json.strings(bundle.settings.get("tags"));
    }

    /** Returns the labelled spans of a text, or a label for each token if the model labels those. */
    public List<Entity> answer(String text) {
        List<Entity> entities = new ArrayList<>();
        for (List<Token> part : bundle.parts(text)) {
            List<String> found = new ArrayList<>();
            List<Float> scores = new ArrayList<>();
            for (Run run : bundle.runs(part, model.longest())) {
                Model.Outputs outputs = model.run(run.length(), run.inputs());
                for (int t = run.first() - run.start(); t < run.last() - run.start(); t++) {
                    found.add(tags.get(outputs.tags()[t]));
                    scores.add(outputs.scores()[t * tags.size() + outputs.tags()[t]]);
                }
            }
            if (bundle.is("answer", "tokens")) {
                for (int t = 0; t < part.size(); t++) {
                    entities.add(entity(text, part.get(t), part.get(t), found.get(t), scores.get(t)));
                }
            } else {
                addSpans(text, part, found, scores, entities);
            }
        }
        return entities;
    }

    private void addSpans(String text, List<Token> part, List<String> found, List<Float> scores,
            List<Entity> entities) {
        boolean addresses = Boolean.TRUE.equals(bundle.settings.get("addresses"));
        boolean[] outside = addresses ? new boolean[part.size()] : Addresses.among(part);
        int first = entities.size();
        String before = "O";
        for (int t = 0; t < part.size(); t++) {
            String tag = outside[t] ? "O" : found.get(t);
            if (continues(tag, before)) {
                Entity begun = entities.remove(entities.size() - 1);
                float score = Math.min(begun.score(), scores.get(t));
                Token last = part.get(t);
                entities.add(new Entity(text.substring(begun.start(), last.end()), begun.label(),
                        begun.start(), last.end(), begun.firstPoint(), last.endPoint(), score));
            } else if (!tag.equals("O")) {
                entities.add(entity(
                        text, part.get(t), part.get(t), tag.substring(2), scores.get(t)));
            }
            before = tag;
        }
        if (!addresses) {
            entities.subList(first, entities.size()).replaceAll(Tagger::withoutUnderscores);
        }
    }

    /** Returns a span without the underscores at its edges, as Markdown has them around a name. */
    private static Entity withoutUnderscores(Entity span) {
        String inner = span.text().replaceAll("^_+|_+$", "");
        if (inner.isEmpty()) {
            return span;
        }
        int before = span.text().indexOf(inner);
        int after = span.text().length() - before - inner.length();
        return new Entity(inner, span.label(), span.start() + before, span.end() - after,
                span.firstPoint() + before, span.endPoint() - after, span.score());
    }

    private static boolean continues(String tag, String before) {
        return "IE".indexOf(tag.charAt(0)) >= 0 && "BI".indexOf(before.charAt(0)) >= 0
                && tag.substring(2).equals(before.substring(2));
    }

    private static Entity entity(String text, Token first, Token last, String label, float score) {
        return new Entity(text.substring(first.start(), last.end()), label, first.start(),
                last.end(), first.firstPoint(), last.endPoint(), score);
    }
}
