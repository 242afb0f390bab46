package io.gantry.agent.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Texts by their keys in one file: what changes is a line more, so that a change costs what it is and not what there is. A line is {@code <checksum> <key> <text>}, or
 * {@code <checksum> <key>} once it has gone; the checksum, 8 hex digits, is the CRC-32C of what follows its space. Where most lines are of the past the file is made
 * anew, and replaced as a whole.
 *
 * <p>A crash of the program does it no harm; after one of the host, or on a full disk, a line may be broken: what it would have changed is then as it was before. Of one
 * thread at a time; who reads sees what was written until then, by whomever.
 */
public final class KeyedLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KeyedLog.class.getName());
    private static final Set<OpenOption> APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    /** Below it nothing is gained by making it anew, bytes. */
    private static final long SMALL = 256 * 1024;
    private static final int MOST_PAST = 4;
    private static final int CHECKSUM_DIGITS = 8;

    private final Path file;
    /** How long the line is that counts, bytes. */
    private final Map<String, Integer> lines = new HashMap<>();
    private long current;
    /** Of the file. */
    private long size;
    private FileChannel channel;
    private long anewAbove = SMALL;
    /** Its last line has no end. */
    private boolean broken;

    public KeyedLog(Path file) throws IOException {
        this.file = file;
        read();
    }

    /** What there is now, as it is on the disk; keys that came first are first. */
    public Map<String, String> read() throws IOException {
        byte[] bytes = bytes();
        Map<String, String> all = new LinkedHashMap<>();
        int passedOver = 0;
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
            passedOver += takes(line, all) ? 0 : 1;
        }
        if (passedOver > 0) {
            LOG.log(Level.WARNING, "{0} has {1} broken lines, of a crash of the host or a full disk: what they would have changed is as it was before", file, passedOver);
        }
        count(all);
        size = bytes.length;
        broken = bytes.length > 0 && bytes[bytes.length - 1] != '\n';
        return all;
    }

    private static boolean takes(String line, Map<String, String> all) {
        String its = line.substring(Math.min(line.length(), CHECKSUM_DIGITS + 1));
        if (!line.equals(checksum(its) + " " + its)) {
            return false;
        }
        String[] words = its.split(" ", 2);
        if (words.length == 2) {
            all.put(words[0], words[1]);
        } else {
            all.remove(words[0]);
        }
        return true;
    }

    private byte[] bytes() throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** @param key without spaces @param text without line breaks */
    public void put(String key, String text) {
        byte[] line = line(key, text);
        append(line);
        counted(key, line.length);
        shrink();
    }

    public void remove(String key) {
        if (lines.containsKey(key)) {
            append(line(key));
            current -= lines.remove(key);
            shrink();
        }
    }

    /** All there is from now on. */
    public void replace(Map<String, String> all) throws IOException {
        close();
        StringBuilder whole = new StringBuilder();
        all.forEach((key, text) -> whole.append(text(key, text)));
        WholeFile.replace(file, whole.toString(), WholeFile.Sync.NONE);
        count(all);
        size = current;
        broken = false;
        anewAbove = SMALL;
    }

    private static byte[] line(String... words) {
        return text(words).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String... words) {
        String its = String.join(" ", words);
        return checksum(its) + " " + its + "\n";
    }

    private static String checksum(String its) {
        CRC32C sum = new CRC32C();
        sum.update(its.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private void count(Map<String, String> all) {
        lines.clear();
        current = 0;
        all.forEach((key, text) -> counted(key, line(key, text).length));
    }

    private void counted(String key, int length) {
        Integer before = lines.put(key, length);
        current += length - (before == null ? 0 : before);
    }

    private void append(byte[] line) {
        try {
            if (channel == null) {
                channel = FileChannel.open(file, APPENDING);
            }
            if (broken) {
                write(new byte[] {'\n'});
                broken = false;
            }
            write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        try {
            while (all.hasRemaining()) {
                size += channel.write(all);
            }
        } catch (IOException e) {
            broken |= all.position() > 0;
            throw e;
        }
    }

    /** The old file does as well where there is no room for a second. */
    private void shrink() {
        if (size <= Math.max(anewAbove, MOST_PAST * current)) {
            return;
        }
        try {
            replace(read());
        } catch (IOException e) {
            anewAbove = 2 * size;
            LOG.log(Level.WARNING, "{0} has {1} bytes of which {2} count, and could not be made anew: {3}", file, size, current, e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
