package zoo;

/**
 * The label of a text.
 *
 * @param label the label, null if the text has no tokens
 * @param score its probability
 */
public record Label(String label, double score) {}
