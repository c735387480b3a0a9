package zoo;

import java.util.Map;

/**
 * One run of the model, for a part of a sentence.
 *
 * @param start the first token that it reads
 * @param stop the token after the last one
 * @param first the first token that it labels
 * @param last the token after the last one
 * @param inputs arrays by name, see {@link Model}
 */
record Run(int start, int stop, int first, int last, Map<String, int[]> inputs) {
    int length() {
        return stop - start;
    }
}
