package zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares with the golden vectors, without a runtime: section 12. An app does not need this file.
 *
 * <pre>
 * javac -d classes java/zoo/*.java check/Check.java
 * java -cp classes zoo.Check model
 * </pre>
 */
public final class Check {
    private final Bundle bundle;
    private final double tolerance;
    private final List<String> problems = new ArrayList<>();

    private Check(Bundle bundle, double tolerance) {
        this.bundle = bundle;
        this.tolerance = tolerance;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Bundle.Files files = name -> ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)));
        List<String> problems = changed(files);
        if (problems.isEmpty()) {
            Map<String, Object> golden = Bundle.json(files, "golden.json");
            Check check = new Check(new Bundle(files), (Double) golden.get("tolerance"));
            Json.list(golden.get("texts")).forEach(vector -> check.compare(Json.object(vector)));
            problems = check.problems;
        }
        problems.forEach(System.out::println);
        if (!problems.isEmpty()) {
            System.exit(1);
        }
        System.out.println(folder + ": all golden vectors agree.");
    }

    /** Returns one sentence for each file that is not as the manifest says. */
    private static List<String> changed(Bundle.Files files) throws IOException {
        List<String> problems = new ArrayList<>();
        Json.object(Bundle.json(files, "manifest.json").get("files")).forEach((name, record) -> {
            if (!Json.object(record).get("sha256").equals(hashOf(files, name))) {
                problems.add(name + " is missing or was changed.");
            }
        });
        return problems;
    }

    private static String hashOf(Bundle.Files files, String name) {
        try {
            StringBuilder hash = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-256").digest(files.open(name).array())) {
                hash.append(String.format("%02x", b));
            }
            return hash.toString();
        } catch (IOException e) {
            return ""; // no such file
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void compare(Map<String, Object> vector) {
        String text = (String) vector.get("text");
        Recorded model = new Recorded(Json.list(vector.get("runs")).iterator());
        require(sameTokens(bundle.tokens(text), Json.list(vector.get("tokens"))), vector, "tokens");
        Object answer = vector.get("answer");
        boolean same = bundle.is("answer", "label")
                ? sameLabel(new Classifier(bundle, model).answer(text), Json.object(answer))
                : sameEntities(new Tagger(bundle, model).answer(text), Json.list(answer));
        require(model.asExpected && !model.runs.hasNext(), vector, "inputs");
        require(same, vector, "answers");
    }

    private void require(boolean same, Map<String, Object> vector, String part) {
        if (!same) {
            problems.add("Text '" + vector.get("name") + "': " + part + " differ.");
        }
    }

    private static boolean sameTokens(List<Token> found, List<Object> expected) {
        List<Object> values = new ArrayList<>();
        for (Token token : found) {
            values.add(Arrays.<Object>asList(token.text(), (double) token.firstPoint(),
                    (double) token.endPoint(), (double) token.start(), (double) token.end()));
        }
        return values.equals(expected);
    }

    private boolean sameLabel(Label found, Map<String, Object> expected) {
        return Objects.equals(found.label(), expected.get("label"))
                && close(found.score(), expected.get("score"));
    }

    private boolean sameEntities(List<Entity> found, List<Object> expected) {
        boolean same = found.size() == expected.size();
        for (int i = 0; same && i < found.size(); i++) {
            Entity entity = found.get(i);
            Map<String, Object> other = Json.object(expected.get(i));
            same = entity.text().equals(other.get("text"))
                    && entity.label().equals(other.get("label"))
                    && entity.firstPoint() == Json.integer(other.get("start"))
                    && entity.endPoint() == Json.integer(other.get("end"))
                    && close(entity.score(), other.get("score"));
        }
        return same;
    }

    private boolean close(double found, Object expected) {
        return Math.abs(found - (Double) expected) <= tolerance;
    }

    /** Gives the outputs of the golden vectors, and sees whether the inputs are theirs. */
    private static final class Recorded implements Model {
        final Iterator<Object> runs;
        boolean asExpected = true;

        Recorded(Iterator<Object> runs) {
            this.runs = runs;
        }

        @Override
        public Outputs run(int length, Map<String, int[]> inputs) {
            Map<String, Object> run = Json.object(runs.next());
            Map<String, Object> expected = Json.object(run.get("inputs"));
            asExpected &= inputs.keySet().equals(expected.keySet());
            inputs.forEach((name, values) ->
                    asExpected &= Arrays.equals(values, integers(expected.get(name))));
            Map<String, Object> outputs = Json.object(run.get("outputs"));
            Object tags = outputs.get("tags");
            return new Outputs(
                    tags == null ? null : integers(tags), floats(outputs.get("scores")));
        }

        private static int[] integers(Object value) {
            return flat(value).stream().mapToInt(Double::intValue).toArray();
        }

        private static float[] floats(Object value) {
            List<Double> values = flat(value);
            float[] floats = new float[values.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values.get(i).floatValue();
            }
            return floats;
        }

        private static List<Double> flat(Object value) {
            List<Double> values = new ArrayList<>();
            if (value instanceof Double number) {
                values.add(number);
            } else {
                Json.list(value).forEach(each -> values.addAll(flat(each)));
            }
            return values;
        }
    }
}
