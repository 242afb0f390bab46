package io.gantry.contracts.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads an archive entry by entry from a stream: ustar and pax (POSIX.1-2017, pax, "ustar Interchange Format"), GNU's long names
 * and base-256 numbers. Sparse files are refused. Nothing in a header makes it allocate more than {@value #MAX_HEADER} bytes.
 */
public final class TarReader {
    static final int BLOCK = 512;
    static final int MAX_HEADER = 1 << 20;

    /** With its padding it is still a long. */
    private static final long MAX_SIZE = Long.MAX_VALUE - BLOCK;

    /** The one above means none, see chown(2). */
    private static final BigDecimal LAST_OWNER = BigDecimal.valueOf(0xfffffffeL);

    private static final String XATTR = "SCHILY.xattr.";

    private final InputStream in;
    private final Map<String, byte[]> global = new HashMap<>();
    private long left;
    private int padding;

    public TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry; what was not read of the one before is skipped. Empty at the archive's end. */
    public Optional<TarEntry> next() throws IOException {
        Map<String, byte[]> extended = new HashMap<>(global);
        while (true) {
            skipRest();
            byte[] header = block();
            if (header == null || isZero(header)) {
                return Optional.empty();
            }
            verify(header);
            expect(number(header, 124, 12), "a header");
            switch (header[156]) {
                case 'x' -> extended.putAll(records(small()));
                case 'g' -> {
                    global.putAll(records(small()));
                    extended.putAll(global);
                }
                case 'L' -> extended.put("path", trimmed(small()));
                case 'K' -> extended.put("linkpath", trimmed(small()));
                default -> {
                    return Optional.of(entry(header, extended));
                }
            }
        }
    }

    /** The content of the present entry; ends where it ends. */
    public InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] data, int from, int count) throws IOException {
                if (count == 0) {
                    return 0;
                }
                if (left == 0) {
                    return -1;
                }
                int got = in.read(data, from, (int) Math.min(count, left));
                if (got < 0) {
                    throw new TarFailure("the archive ends in the middle of a file");
                }
                left -= got;
                return got;
            }
        };
    }

    private TarEntry entry(byte[] header, Map<String, byte[]> extended) throws IOException {
        if (extended.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
            throw new TarFailure("sparse files in archives are not supported");
        }
        String name = extended.containsKey("path") ? text(extended.get("path")) : headerName(header);
        String link = extended.containsKey("linkpath") ? text(extended.get("linkpath")) : text(field(header, 157, 100));
        boolean slash = name.endsWith("/");
        TarEntry.Kind kind =
                switch (header[156]) {
                    case '0', 0, '7' -> slash ? TarEntry.Kind.FOLDER : TarEntry.Kind.FILE;
                    case '1' -> TarEntry.Kind.HARD_LINK;
                    case '2' -> TarEntry.Kind.SYMBOLIC_LINK;
                    case '3' -> TarEntry.Kind.CHARACTER_DEVICE;
                    case '4' -> TarEntry.Kind.BLOCK_DEVICE;
                    case '5' -> TarEntry.Kind.FOLDER;
                    case '6' -> TarEntry.Kind.FIFO;
                    case 'S' -> throw new TarFailure("'" + name + "': sparse files in archives are not supported");
                    default -> throw new TarFailure("'" + name + "' has the unknown type '" + (char) header[156] + "'");
                };
        if (extended.containsKey("size")) {
            expect(exact(name, decimal(extended, "size")), "'" + name + "'");
        }
        if (kind != TarEntry.Kind.FILE && kind != TarEntry.Kind.HARD_LINK && kind != TarEntry.Kind.FOLDER && left > 0) {
            left = 0;
            padding = 0;
        }
        boolean device = kind == TarEntry.Kind.CHARACTER_DEVICE || kind == TarEntry.Kind.BLOCK_DEVICE;
        return new TarEntry(
                stripped(name),
                kind,
                (int) number(header, 100, 8) & 07777,
                id(extended, "uid", header, 108),
                id(extended, "gid", header, 116),
                kind == TarEntry.Kind.FILE ? left : 0,
                modified(name, extended, header),
                link,
                device ? (int) number(header, 329, 8) : 0,
                device ? (int) number(header, 337, 8) : 0,
                xattrs(extended));
    }

    private static long id(Map<String, byte[]> extended, String key, byte[] header, int at) throws IOException {
        BigDecimal id = extended.containsKey(key) ? decimal(extended, key) : BigDecimal.valueOf(number(header, at, 8));
        if (id.signum() < 0 || id.compareTo(LAST_OWNER) > 0) {
            throw new TarFailure(key + " " + id + " is not an owner");
        }
        return id.longValue();
    }

    private static long exact(String name, BigDecimal size) throws IOException {
        try {
            return size.longValueExact();
        } catch (ArithmeticException e) {
            throw new TarFailure("'" + name + "' has the size " + size);
        }
    }

    /** So much is to come, and then zeros up to a whole block. */
    private void expect(long size, String what) throws IOException {
        if (size < 0 || size > MAX_SIZE) {
            throw new TarFailure(what + " has the size " + size);
        }
        left = size;
        padding = padding(size);
    }

    private static Instant modified(String name, Map<String, byte[]> extended, byte[] header) throws IOException {
        BigDecimal seconds = extended.containsKey("mtime") ? decimal(extended, "mtime") : BigDecimal.valueOf(number(header, 136, 12));
        try {
            if (seconds.scale() == 0) {
                return Instant.ofEpochSecond(seconds.longValueExact());
            }
            long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
            return Instant.ofEpochSecond(whole, seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
        } catch (ArithmeticException | DateTimeException e) {
            throw new TarFailure("'" + name + "' has the time " + seconds);
        }
    }

    private static Map<String, byte[]> xattrs(Map<String, byte[]> extended) {
        Map<String, byte[]> found = new TreeMap<>();
        extended.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                found.put(key.substring(XATTR.length()), value);
            }
        });
        return found;
    }

    private static BigDecimal decimal(Map<String, byte[]> extended, String key) throws IOException {
        String value = text(extended.get(key));
        try {
            if (value.length() > 40 || value.contains("e") || value.contains("E")) {
                throw new NumberFormatException();
            }
            return new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw new TarFailure("the extended header's " + key + " is '" + value + "'");
        }
    }

    /** {@code "<length> <key>=<value>\n"}, repeated; the length counts itself. */
    private static Map<String, byte[]> records(byte[] data) throws IOException {
        Map<String, byte[]> records = new HashMap<>();
        int at = 0;
        while (at < data.length && data[at] != 0) {
            int space = indexOf(data, ' ', at);
            int length = space < 0 || space - at > 7 ? -1 : integer(data, at, space);
            int end = at + length;
            int equals = indexOf(data, '=', at);
            if (length < 5 || end > data.length || equals < 0 || equals >= end || data[end - 1] != '\n' || equals < space + 2) {
                throw new TarFailure("an extended header is broken");
            }
            String key = text(Arrays.copyOfRange(data, space + 1, equals));
            records.put(key, Arrays.copyOfRange(data, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    private static int integer(byte[] data, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            if (data[i] < '0' || data[i] > '9') {
                return -1;
            }
            value = value * 10 + data[i] - '0';
        }
        return value;
    }

    private static int indexOf(byte[] data, char wanted, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private byte[] small() throws IOException {
        if (left > MAX_HEADER) {
            throw new TarFailure("an extended header of " + left + " bytes; at most " + MAX_HEADER + " are read");
        }
        byte[] data = in.readNBytes((int) left);
        if (data.length < left) {
            throw new TarFailure("the archive ends in the middle of a header");
        }
        left = 0;
        return data;
    }

    private void skipRest() throws IOException {
        long rest = left + padding;
        left = 0;
        padding = 0;
        try {
            in.skipNBytes(rest);
        } catch (EOFException e) {
            throw new TarFailure("the archive ends in the middle of an entry");
        }
    }

    private byte[] block() throws IOException {
        byte[] data = in.readNBytes(BLOCK);
        if (data.length == 0) {
            return null;
        }
        if (data.length < BLOCK) {
            throw new TarFailure("the archive ends in the middle of a header");
        }
        return data;
    }

    private static void verify(byte[] header) throws IOException {
        long expected = number(header, 148, 8);
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != expected) {
            throw new TarFailure("this is not a tar archive (a header's checksum is wrong)");
        }
    }

    /** Octal digits, or base 256 if the first bit is set (GNU). */
    private static long number(byte[] header, int from, int length) throws IOException {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] == (byte) 0xff ? -1 : header[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                value = value << 8 | header[i] & 0xff;
            }
            return value;
        }
        long plain = octal(header, from, from + length);
        if (plain >= 0) {
            return plain;
        }
        String digits = new String(header, from, length, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new TarFailure("this is not a tar archive ('" + digits + "' is not a number)");
        }
    }

    /** What archivers write: zeros and digits up to a space or a zero byte. @return -1 for whatever else, of which there is more to say */
    private static long octal(byte[] header, int from, int to) {
        long value = 0;
        int at = from;
        while (at < to && header[at] >= '0' && header[at] <= '7') {
            value = value << 3 | header[at++] - '0';
        }
        while (at < to && (header[at] == ' ' || header[at] == 0)) {
            at++;
        }
        return at == to ? value : -1;
    }

    private static String headerName(byte[] header) throws IOException {
        String name = text(field(header, 0, 100));
        boolean posix = new String(header, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        String prefix = posix ? text(field(header, 345, 155)) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static byte[] field(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(header, from, end);
    }

    private static byte[] trimmed(byte[] data) {
        return field(data, 0, data.length);
    }

    private static String text(byte[] data) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
        } catch (CharacterCodingException e) {
            throw new TarFailure("a name in the archive is not UTF-8: " + new String(data, StandardCharsets.ISO_8859_1));
        }
    }

    private static String stripped(String name) {
        int end = name.length();
        while (end > 1 && name.charAt(end - 1) == '/') {
            end--;
        }
        return name.substring(0, end);
    }

    private static int padding(long size) {
        return (int) (BLOCK - size % BLOCK) % BLOCK;
    }

    private static boolean isZero(byte[] data) {
        for (byte one : data) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }
}
