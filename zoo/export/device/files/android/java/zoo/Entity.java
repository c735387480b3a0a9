package zoo;

/**
 * A labelled part of a text.
 *
 * @param text that part, {@code given.substring(start, end)}
 * @param label its label
 * @param start offset in the string, in UTF-16 units
 * @param end offset after it
 * @param firstPoint offset in code points
 * @param endPoint offset after it
 * @param score a probability
 */
public record Entity(
        String text, String label, int start, int end, int firstPoint, int endPoint, float score) {}
