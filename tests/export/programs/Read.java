package zoo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Prints what a bundle makes of each text of a file, a line each: tokens and the inputs. */
public final class Read {
    private Read() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Bundle bundle = new Bundle(
                name -> ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))));
        try (PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8)) {
            for (String line : Files.readAllLines(Path.of(arguments[1]))) {
                out.println(read(bundle, (String) Json.parse(line)));
            }
        }
    }

    private static String read(Bundle bundle, String text) {
        List<String> tokens = new ArrayList<>();
        for (Token token : bundle.tokens(text)) {
            tokens.add("[" + quoted(token.text()) + "," + token.firstPoint() + ","
                    + token.endPoint() + "," + token.start() + "," + token.end() + "]");
        }
        List<String> runs = new ArrayList<>();
        for (List<Token> part : bundle.parts(text)) {
            for (Run run : bundle.runs(part, Integer.MAX_VALUE)) {
                List<String> inputs = new ArrayList<>();
                run.inputs().forEach((name, values) ->
                        inputs.add(quoted(name) + ":" + Arrays.toString(values)));
                runs.add("{" + String.join(",", inputs) + "}");
            }
        }
        return "{\"tokens\":[" + String.join(",", tokens)
                + "],\"inputs\":[" + String.join(",", runs) + "]}";
    }

    private static String quoted(String text) {
        StringBuilder built = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            built.append(String.format("\\u%04x", (int) c));
        }
        return built.append('"').toString();
    }
}
