package io.gantry.contracts.tar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes entries as pax does: a plain ustar header where that is enough, an extended header before it otherwise. Equal entries
 * give equal bytes: no user names, no access times, no process ids.
 */
public final class TarWriter implements AutoCloseable {
    private static final byte[] NOTHING = new byte[TarReader.BLOCK];
    private static final long OCTAL_12 = 0_777_7777_7777L;
    private static final long OCTAL_8 = 0_777_7777L;
    private final OutputStream out;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** An entry without content. */
    public void add(TarEntry entry) throws IOException {
        add(entry, InputStream.nullInputStream());
    }

    /** Exactly {@code entry.size()} bytes are taken from {@code content}. */
    public void add(TarEntry entry, InputStream content) throws IOException {
        Map<String, byte[]> extended = extended(entry);
        if (!extended.isEmpty()) {
            byte[] records = records(extended);
            out.write(header(extendedName(entry), 'x', 0644, 0, 0, records.length, 0, "", 0, 0));
            out.write(records);
            pad(records.length);
        }
        Instant time = entry.modified();
        boolean folder = entry.kind() == TarEntry.Kind.FOLDER;
        out.write(
                header(
                        folder ? entry.name() + "/" : entry.name(), entry.kind().flag, entry.mode(), entry.uid(), entry.gid(),
                        entry.size(), Math.max(0, time.getEpochSecond()), entry.linkName(), entry.major(), entry.minor()));
        copy(entry, content);
        pad(entry.size());
    }

    /** Writes the archive's end; the stream stays open. */
    @Override
    public void close() throws IOException {
        out.write(NOTHING);
        out.write(NOTHING);
        out.flush();
    }

    private void copy(TarEntry entry, InputStream content) throws IOException {
        byte[] data = new byte[(int) Math.min(1 << 16, Math.max(1, entry.size()))];
        long left = entry.size();
        while (left > 0) {
            int got = content.read(data, 0, (int) Math.min(data.length, left));
            if (got < 0) {
                throw new TarFailure("'" + entry.name() + "' is " + left + " bytes shorter than it was");
            }
            out.write(data, 0, got);
            left -= got;
        }
    }

    private static Map<String, byte[]> extended(TarEntry entry) {
        Map<String, byte[]> records = new TreeMap<>();
        String name = entry.kind() == TarEntry.Kind.FOLDER ? entry.name() + "/" : entry.name();
        if (!fits(name)) {
            records.put("path", utf8(name));
        }
        if (!fits(entry.linkName())) {
            records.put("linkpath", utf8(entry.linkName()));
        }
        if (entry.size() > OCTAL_12) {
            records.put("size", utf8(Long.toString(entry.size())));
        }
        if (entry.uid() > OCTAL_8) {
            records.put("uid", utf8(Long.toString(entry.uid())));
        }
        if (entry.gid() > OCTAL_8) {
            records.put("gid", utf8(Long.toString(entry.gid())));
        }
        Instant time = entry.modified();
        if (time.getNano() != 0 || time.getEpochSecond() < 0 || time.getEpochSecond() > OCTAL_12) {
            records.put("mtime", utf8(seconds(time)));
        }
        entry.xattrs().forEach((key, value) -> records.put("SCHILY.xattr." + key, value));
        return records;
    }

    private static String seconds(Instant time) {
        return BigDecimal.valueOf(time.getEpochSecond())
                .add(BigDecimal.valueOf(time.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static boolean fits(String text) {
        return text.length() <= 100 && text.chars().allMatch(c -> c >= 32 && c < 127);
    }

    private static byte[] records(Map<String, byte[]> extended) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> each : extended.entrySet()) {
            byte[] key = utf8(each.getKey());
            int bare = key.length + each.getValue().length + 3;
            int length = bare + Integer.toString(bare).length();
            length = bare + Integer.toString(length).length();
            out.write(utf8(length + " "));
            out.write(key);
            out.write('=');
            out.write(each.getValue());
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static String extendedName(TarEntry entry) {
        String last = entry.name().substring(entry.name().lastIndexOf('/') + 1).replaceAll("[^ -~]", "_");
        return "PaxHeaders/" + last.substring(0, Math.min(80, last.length()));
    }

    private static byte[] header(
            String name, char flag, int mode, long uid, long gid, long size, long seconds, String link, int major, int minor) {
        byte[] header = new byte[TarReader.BLOCK];
        text(header, 0, 100, name);
        octal(header, 100, 8, mode);
        octal(header, 108, 8, uid > OCTAL_8 ? 0 : uid);
        octal(header, 116, 8, gid > OCTAL_8 ? 0 : gid);
        octal(header, 124, 12, size > OCTAL_12 ? 0 : size);
        octal(header, 136, 12, seconds > OCTAL_12 ? 0 : seconds);
        header[156] = (byte) flag;
        text(header, 157, 100, link);
        text(header, 257, 8, "ustar\00000");
        octal(header, 329, 8, major);
        octal(header, 337, 8, minor);
        int sum = 8 * ' ';
        for (byte one : header) {
            sum += one & 0xff;
        }
        text(header, 148, 8, String.format("%06o\0 ", sum));
        return header;
    }

    private static void text(byte[] header, int at, int length, String value) {
        byte[] data = utf8(value);
        System.arraycopy(data, 0, header, at, Math.min(length, data.length));
    }

    private static void octal(byte[] header, int at, int length, long value) {
        String digits = Long.toOctalString(value);
        text(header, at, length - 1, "0".repeat(length - 1 - digits.length()) + digits);
    }

    private void pad(long size) throws IOException {
        out.write(NOTHING, 0, (int) (TarReader.BLOCK - size % TarReader.BLOCK) % TarReader.BLOCK);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
