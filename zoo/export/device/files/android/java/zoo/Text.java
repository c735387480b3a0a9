package zoo;

/** A text as code points, and the place of each in the string. */
final class Text {
    final String string;
    /** N code points. */
    final int[] points;
    /** N + 1 offsets in UTF-16 units. */
    final int[] units;

    Text(String string) {
        this.string = string;
        points = string.codePoints().toArray();
        units = new int[points.length + 1];
        for (int i = 0; i < points.length; i++) {
            units[i + 1] = units[i] + Character.charCount(points[i]);
        }
    }
}
