package io.gantry.image.report.core;

import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * rpm's database: a header of each package (rpm's {@code docs/manual/format_header.md}), in whichever of the forms that rpm has kept them in. Whatever the file holds, no byte of it is read
 * twice but what tells where others are.
 */
public final class RpmDatabase {
    /** A file that is no such database, or a broken one. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    /** Where in a file the headers are. What is broken fails with any of the exceptions that its buffer has, or with an {@link IllegalArgumentException}. */
    interface Form {
        /** @param header takes each and says whether it wants the next @return whether a next one is wanted */
        boolean each(Predicate<ByteBuffer> header) throws Unreadable;
    }

    /** rpmtag.h */
    private static final int NAME = 1000;

    private static final int VERSION = 1001;
    private static final int RELEASE = 1002;
    private static final int EPOCH = 1003;

    /** Bytes of a name or a version: a package's file, whose name has both, is called no longer. */
    private static final int LONGEST = 255;

    private RpmDatabase() {}

    /**
     * @param path of the database, for what is found
     * @param most packages; what comes after so many isn't looked at
     */
    public static List<SoftwarePackage> read(byte[] bytes, String path, int most) throws Unreadable {
        try {
            List<SoftwarePackage> found = new ArrayList<>();
            form(bytes).each(header -> {
                SoftwarePackage one = described(header, path);
                // a key that packages are signed by is kept as one
                if (!one.name().equals("gpg-pubkey")) {
                    found.add(one);
                }
                return found.size() < most;
            });
            return found;
        } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw new Unreadable("it is broken");
        }
    }

    private static Form form(byte[] bytes) throws Unreadable {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (new String(bytes, 0, Math.min(bytes.length, RpmSqlite.MAGIC.length()), StandardCharsets.ISO_8859_1).equals(RpmSqlite.MAGIC)) {
            return new RpmSqlite(file);
        }
        file.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length >= Integer.BYTES && file.getInt(0) == RpmNdb.MAGIC) {
            return new RpmNdb(file);
        }
        if (bytes.length >= RpmHash.HEAD) {
            int magic = file.getInt(RpmHash.AT);
            if (magic == RpmHash.MAGIC || magic == Integer.reverseBytes(RpmHash.MAGIC)) {
                return new RpmHash(magic == RpmHash.MAGIC ? file : file.order(ByteOrder.BIG_ENDIAN));
            }
        }
        throw new Unreadable("it is of none of the forms that rpm's database has had");
    }

    /** How many fields there are, how many bytes they take, then of each tag, type, place and count, then those bytes. */
    private static SoftwarePackage described(ByteBuffer header, String path) {
        int fields = header.getInt(0);
        if (fields < 0 || fields > header.capacity() / 16) {
            throw new IllegalArgumentException("a header of " + fields + " fields");
        }
        String name = "";
        String version = "";
        String release = "";
        String epoch = "";
        for (int field = 8; field < 8 + 16 * fields; field += 16) {
            int at = 8 + 16 * fields + header.getInt(field + 8);
            switch (header.getInt(field)) {
                case NAME -> name = string(header, at);
                case VERSION -> version = string(header, at);
                case RELEASE -> release = "-" + string(header, at);
                case EPOCH -> epoch = header.getInt(at) + ":";
                default -> {
                    // what else there is to know of it
                }
            }
        }
        return new SoftwarePackage(Source.RPM, name, epoch + version + release, path);
    }

    private static String string(ByteBuffer header, int at) {
        int end = at;
        while (header.get(end) != 0) {
            if (++end - at > LONGEST) {
                throw new IllegalArgumentException("a value of more than " + LONGEST + " bytes");
            }
        }
        return StandardCharsets.UTF_8.decode(header.slice(at, end - at)).toString();
    }
}
