package zoo;

import java.util.Map;

/** Runs the TFLite file once: section 7. The app implements it. */
public interface Model {
    /**
     * Returns the outputs for one sequence.
     *
     * @param length T, the number of tokens, at least 1
     * @param inputs arrays by name, row by row; one of n values has the shape (1, T), if n is T,
     *     else (1, T, n / T)
     */
    Outputs run(int length, Map<String, int[]> inputs);

    /** Returns the largest length that the file reads. */
    default int longest() {
        return Integer.MAX_VALUE;
    }

    /**
     * Outputs of the model, row by row.
     *
     * @param tags (T), one for each token; null for a model that labels whole texts
     * @param scores (T, K), or (K) for a model that labels whole texts
     */
    record Outputs(int[] tags, float[] scores) {}
}
