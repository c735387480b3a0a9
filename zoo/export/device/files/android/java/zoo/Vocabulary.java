package zoo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A packed vocabulary, searched where it lies: section 5. */
final class Vocabulary {
    static final int PADDING = 0;
    static final int UNKNOWN = 1;
    private static final int MAGIC = 0x31434F56; // VOC1

    private final ByteBuffer bytes;
    private final int count;

    Vocabulary(ByteBuffer file) {
        bytes = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != MAGIC) {
            throw new IllegalArgumentException("This is not a packed vocabulary.");
        }
        count = bytes.getInt(4);
    }

    /** Returns the id of a token, 1 if it is unknown. */
    int idOf(String token) {
        if (token.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            return UNKNOWN; // half of a pair has no UTF-8
        }
        byte[] wanted = token.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, wanted);
            if (order == 0) {
                return bytes.getInt(12 + 4 * (count + middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return UNKNOWN;
    }

    private int compare(int entry, byte[] wanted) {
        int text = 12 + 8 * count;
        int start = text + bytes.getInt(8 + 4 * entry);
        int length = text + bytes.getInt(12 + 4 * entry) - start;
        for (int i = 0; i < length && i < wanted.length; i++) {
            int order = (bytes.get(start + i) & 0xFF) - (wanted[i] & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return length - wanted.length;
    }
}
