package zoo;

/** A text as code points, and the place of each in the string. */
final class Text {
    final String string;
    /** N code points. */
    final int[] points;
    /** N + 1 offsets in UTF-16 units. */
    final int[] units;

    /** Throws IllegalArgumentException if the text holds a lone surrogate. */
    Text(String string) {
        this.string = string;
        points = string.codePoints().toArray();
        units = new int[points.length + 1];
        for (int i = 0; i < points.length; i++) {
            if (points[i] >= 0xD800 && points[i] <= 0xDFFF) {
                throw new IllegalArgumentException("The text holds a lone surrogate.");
            }
            units[i + 1] = units[i] + Character.charCount(points[i]);
        }
    }
}
