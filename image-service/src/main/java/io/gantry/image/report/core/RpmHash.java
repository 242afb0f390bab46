package io.gantry.image.report.core;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.Predicate;

/**
 * The form of RHEL 8 and before, {@code Packages}: a hash of Berkeley DB (its {@code src/dbinc/db_page.h}), whose values are headers. Which bucket a header is in is of no interest: all pages
 * are seen in their order. What has no room in a page is a chain of others, each of which is a part of one.
 */
final class RpmHash implements RpmDatabase.Form {
    static final int MAGIC = 0x061561;

    /** Where it is, in the file's own byte order. */
    static final int AT = 12;

    /** Bytes of the first page that say what the others are. */
    static final int HEAD = 72;

    private static final int PAGE_SIZE_AT = 20;
    private static final int LAST_PAGE_AT = 32;
    private static final int LEAST_PAGE = 512;
    private static final int MOST_PAGE = 1 << 16;

    /** Of a page: which is next in a chain, how many values there are or bytes, and what it is. */
    private static final int NEXT_AT = 16;

    private static final int ENTRIES_AT = 20;
    private static final int BYTES_AT = 22;
    private static final int KIND_AT = 25;
    private static final int PAGE_HEAD = 26;

    private static final int UNSORTED = 2;
    private static final int OVERFLOW = 7;
    private static final int SORTED = 13;

    /** Of a value: it is here, or in a chain of pages. */
    private static final int HERE = 1;

    private static final int ELSEWHERE = 3;

    private final ByteBuffer file;
    private final int pageSize;
    private final BitSet seen = new BitSet();

    /** @param file in its own byte order */
    RpmHash(ByteBuffer file) {
        this.file = file;
        pageSize = file.getInt(PAGE_SIZE_AT);
        if (pageSize < LEAST_PAGE || pageSize > MOST_PAGE || Integer.bitCount(pageSize) != 1) {
            throw new IllegalArgumentException("pages of " + pageSize + " bytes");
        }
    }

    @Override
    public boolean each(Predicate<ByteBuffer> header) {
        int last = file.getInt(LAST_PAGE_AT);
        page(last);
        for (int number = 1; number <= last; number++) {
            int page = page(number);
            int kind = file.get(page + KIND_AT);
            if ((kind == SORTED || kind == UNSORTED) && !values(page, header)) {
                return false;
            }
        }
        return true;
    }

    /** Keys and values by turns, from the page's end to its beginning. */
    private boolean values(int page, Predicate<ByteBuffer> header) {
        int entries = Short.toUnsignedInt(file.getShort(page + ENTRIES_AT));
        int free = PAGE_HEAD + 2 * entries;
        int end = pageSize;
        boolean named = false;
        for (int i = 0; i < entries; i++) {
            int at = Short.toUnsignedInt(file.getShort(page + PAGE_HEAD + 2 * i));
            if (at < free || at >= end) {
                throw new IllegalArgumentException("a value at " + at + " of the page at " + page);
            }
            ByteBuffer item = file.slice(page + at, end - at).order(file.order());
            end = at;
            if (i % 2 == 0) {
                // under 0 is the number that the next package will have
                named = item.get(0) != HERE || item.capacity() != 1 + Integer.BYTES || item.getInt(1) != 0;
            } else if (named && !header.test(value(item))) {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer value(ByteBuffer item) {
        return switch (item.get(0)) {
            case HERE -> item.slice(1, item.capacity() - 1);
            case ELSEWHERE -> chained(item.getInt(4), item.getInt(8));
            default -> throw new IllegalArgumentException("a value of kind " + item.get(0));
        };
    }

    private ByteBuffer chained(int first, int length) {
        if (length < 0 || length > file.capacity()) {
            throw new IllegalArgumentException("a header of " + length + " bytes");
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (int next = first; all.hasRemaining(); ) {
            int page = page(next);
            int here = Short.toUnsignedInt(file.getShort(page + BYTES_AT));
            if (file.get(page + KIND_AT) != OVERFLOW || seen.get(next) || here > pageSize - PAGE_HEAD || here > all.remaining()) {
                throw new IllegalArgumentException("page " + next + " in a chain");
            }
            seen.set(next);
            all.put(file.slice(page + PAGE_HEAD, here));
            next = file.getInt(page + NEXT_AT);
        }
        return all.flip();
    }

    /** @return where it begins */
    private int page(int number) {
        if (number < 1 || (number + 1L) * pageSize > file.capacity()) {
            throw new IllegalArgumentException("page " + number);
        }
        return number * pageSize;
    }
}
