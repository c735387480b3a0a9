package zoo;

import java.util.List;

/** Labels whole texts: section 11. */
public final class Classifier {
    private final Bundle bundle;
    private final Model model;
    private final List<String> labels;

    public Classifier(Bundle bundle, Model model) {
        if (bundle.labelsTokens()) {
            throw new IllegalArgumentException("This model labels parts of texts: use Tagger.");
        }
        this.bundle = bundle;
        this.model = model;
        labels = Json.strings(bundle.settings.get("labels"));
    }

    /** Returns the label of a text. */
    public Label answer(String text) {
        double[] sums = new double[labels.size()];
        int length = 0;
        for (List<Token> part : bundle.parts(text)) {
            length = part.size();
            for (Run run : bundle.runs(part, model.longest())) {
                float[] scores = model.run(run.length(), run.inputs()).scores();
                for (int k = 0; k < sums.length; k++) {
                    sums[k] += (double) scores[k] * run.length();
                }
            }
        }
        if (length == 0) {
            return new Label(null, 0);
        }
        int best = 0;
        for (int k = 1; k < sums.length; k++) {
            best = sums[k] > sums[best] ? k : best;
        }
        return new Label(labels.get(best), sums[best] / length);
    }
}
