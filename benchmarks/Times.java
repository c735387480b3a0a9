package zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Prints the median milliseconds from a text to the model's inputs, and the inputs, as JSON. */
public final class Times {
    private static final int REPEATS = 2000;

    private Times() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Bundle bundle = new Bundle(
                name -> ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))));
        long[] times = new long[REPEATS];
        Map<String, int[]> inputs = Map.of();
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            for (List<Token> part : bundle.parts(arguments[1])) {
                inputs = bundle.runs(part, Integer.MAX_VALUE).get(0).inputs();
            }
            times[i] = System.nanoTime() - start;
        }
        long[] warm = Arrays.copyOfRange(times, REPEATS / 2, REPEATS);
        Arrays.sort(warm);
        StringBuilder values = new StringBuilder();
        inputs.forEach((name, ids) -> values.append(values.length() == 0 ? "" : ",")
                .append('"').append(name).append("\":").append(Arrays.toString(ids)));
        System.out.println("[" + warm[warm.length / 2] / 1e6 + ",{" + values + "}]");
    }
}
