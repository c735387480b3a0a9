package zoo;

import java.util.Arrays;

/** What a text is read as, and where each character of it is in the text: section 2. */
final class Shown {
    int[] points;
    int[] starts;
    int[] ends;
    private int length;

    /** Replaces each character by its form, or by itself if {@code unicode} is null. */
    Shown(int[] text, Unicode unicode) {
        points = new int[text.length + 16];
        starts = new int[points.length];
        ends = new int[points.length];
        for (int i = 0; i < text.length; i++) {
            int[] form = unicode == null ? new int[] {text[i]} : unicode.form(text[i]);
            boolean fills = Unicode.isFiller(text[i]) && form.length == 0;
            if (fills && length > 0 && ends[length - 1] == i) {
                ends[length - 1] = i + 1;
            }
            for (int point : form) {
                add(point, i);
            }
        }
        points = Arrays.copyOf(points, length);
    }

    private void add(int point, int index) {
        if (length == points.length) {
            points = Arrays.copyOf(points, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        points[length] = point;
        starts[length] = index;
        ends[length] = index + 1;
        length++;
    }
}
