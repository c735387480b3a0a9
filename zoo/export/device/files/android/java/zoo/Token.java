package zoo;

/**
 * A token and its offsets.
 *
 * @param text the token as the model reads it
 * @param start offset in the string, in UTF-16 units
 * @param end offset after it
 * @param firstPoint offset in code points
 * @param endPoint offset after it
 */
public record Token(String text, int start, int end, int firstPoint, int endPoint) {}
