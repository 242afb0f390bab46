package io.gantry.image.report.core;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** SUSE's form, {@code Packages.db} (rpm's {@code lib/backend/ndb/rpmpkg.c}): slots in the first pages say where each header lies, in blocks of 16 bytes. Together headers have no more bytes than the file. */
final class RpmNdb implements RpmDatabase.Form {
    static final int MAGIC = magic("RpmP");

    private static final int SLOT = magic("Slot");
    private static final int BEGINNING = magic("BlbS");
    private static final int PAGE = 4096;
    private static final int BLOCK = 16;

    /** The file's own head has the place of two slots. */
    private static final int HEAD = 32;

    private static final int PAGES_AT = 12;

    private final ByteBuffer file;

    /** @param file of little endian, begins with the magic number */
    RpmNdb(ByteBuffer file) {
        this.file = file;
    }

    @Override
    public boolean each(Predicate<ByteBuffer> header) {
        long end = Integer.toUnsignedLong(file.getInt(PAGES_AT)) * PAGE;
        if (end > file.capacity()) {
            throw new IllegalArgumentException("slots to " + end);
        }
        long left = file.capacity() - end;
        for (int slot = HEAD; slot < end; slot += BLOCK) {
            if (file.getInt(slot) != SLOT) {
                throw new IllegalArgumentException("no slot at " + slot);
            }
            int at = Math.toIntExact(Integer.toUnsignedLong(file.getInt(slot + 8)) * BLOCK);
            if (at == 0) {
                // nobody has it
                continue;
            }
            int length = file.getInt(at + 12);
            left -= BLOCK + length;
            if (at < end || file.getInt(at) != BEGINNING || file.getInt(at + 4) != file.getInt(slot + 4) || length < 0 || left < 0) {
                throw new IllegalArgumentException("a header at " + at + " of " + length + " bytes");
            }
            if (!header.test(file.slice(at + BLOCK, length))) {
                return false;
            }
        }
        return true;
    }

    private static int magic(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }
}
