package zoo;

import java.util.ArrayList;
import java.util.List;

/** Cuts long sequences: lists of start, stop, first, last, see {@link Run}. */
final class Cuts {
    private Cuts() {}

    /** Windows that overlap: section 8. */
    static List<int[]> windows(int length, int size, int margin) {
        List<int[]> windows = new ArrayList<>();
        int first = 0;
        while (first < length) {
            int start = Math.max(0, first - margin);
            int stop = Math.min(start + size, length);
            int last = stop == length ? length : stop - margin;
            windows.add(new int[] {start, stop, first, last});
            first = last;
        }
        return windows;
    }

    /** Even pieces: section 11. */
    static List<int[]> pieces(int length, int longest) {
        List<int[]> pieces = new ArrayList<>();
        int count = (length + longest - 1) / longest;
        int start = 0;
        for (int i = 0; i < count; i++) {
            int stop = start + length / count + (i < length % count ? 1 : 0);
            pieces.add(new int[] {start, stop, start, stop});
            start = stop;
        }
        return pieces;
    }
}
