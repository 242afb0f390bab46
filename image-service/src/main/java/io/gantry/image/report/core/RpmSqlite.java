package io.gantry.image.report.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * The form that rpm's database has since 4.16: one file of SQLite (sqlite.org/fileformat2.html), whose table {@code Packages} has a header of each package. Of SQLite only what it takes to
 * read a table from its beginning to its end. No page is read twice, and of none more than it has.
 */
final class RpmSqlite implements RpmDatabase.Form {
    static final String MAGIC = "SQLite format 3\0";

    private static final int FILE_HEADER = 100;
    private static final int LEAST_PAGE = 512;
    private static final int MOST_PAGE = 1 << 16;
    private static final int LEAST_USABLE = 480;

    /** SQLite's own bound (BTCURSOR_MAX_DEPTH). */
    private static final int MOST_DEPTH = 20;

    private static final int INTERIOR = 5;
    private static final int LEAF = 13;

    private final ByteBuffer file;
    private final int pageSize;
    private final int usable;
    private final BitSet seen = new BitSet();

    RpmSqlite(ByteBuffer file) {
        this.file = file;
        int said = Short.toUnsignedInt(file.getShort(16));
        pageSize = said == 1 ? MOST_PAGE : said;
        usable = pageSize - Byte.toUnsignedInt(file.get(20));
        if (pageSize < LEAST_PAGE || Integer.bitCount(pageSize) != 1 || usable < LEAST_USABLE) {
            throw new IllegalArgumentException("pages of " + pageSize + " bytes, of which " + usable + " are used");
        }
    }

    @Override
    public boolean each(Predicate<ByteBuffer> header) throws RpmDatabase.Unreadable {
        List<Integer> roots = new ArrayList<>();
        rows(1, 1, row -> {
            if (text(row, 0).equals("table") && text(row, 1).equals("Packages")) {
                roots.add((int) number(row, 3));
            }
            return roots.isEmpty();
        });
        if (roots.isEmpty()) {
            throw new RpmDatabase.Unreadable("it has no table of packages");
        }
        return rows(roots.getFirst(), 1, row -> header.test(column(row, 1)));
    }

    /**
     * @param page by its number, from 1: the root of a table, or a part of one
     * @param depth of the page in the table, from 1
     * @param row takes each and says whether it wants the next
     * @return whether a next one is wanted
     */
    private boolean rows(int page, int depth, Predicate<ByteBuffer> row) {
        visit(page);
        int start = (page - 1) * pageSize;
        int head = page == 1 ? FILE_HEADER : start;
        int kind = file.get(head);
        if (kind != LEAF && kind != INTERIOR || depth > MOST_DEPTH) {
            throw new IllegalArgumentException("page " + page + " at the depth " + depth + " is of kind " + kind);
        }
        int cells = Short.toUnsignedInt(file.getShort(head + 3));
        int pointers = head + (kind == LEAF ? 8 : 12);
        int content = pointers + 2 * cells;
        int end = start + usable;
        int room = end - content;
        for (int i = 0; i < cells; i++) {
            int cell = start + Short.toUnsignedInt(file.getShort(pointers + 2 * i));
            if (cell < content || cell >= end) {
                throw new IllegalArgumentException("a cell of page " + page + " is at " + (cell - start));
            }
            if (kind == INTERIOR) {
                if (!rows(file.getInt(cell), depth + 1, row)) {
                    return false;
                }
                continue;
            }
            ByteBuffer in = file.duplicate().position(cell).limit(end);
            ByteBuffer payload = payload(in);
            room -= in.position() - cell;
            if (room < 0) {
                throw new IllegalArgumentException("the cells of page " + page + " lie upon each other");
            }
            if (!row.test(payload)) {
                return false;
            }
        }
        return kind == LEAF || rows(file.getInt(head + 8), depth + 1, row);
    }

    /** A cell of a leaf: how long its row is, the row's number, as much as fits, and the page where the rest begins. Afterwards the buffer is at the cell's end. */
    private ByteBuffer payload(ByteBuffer cell) {
        long length = varint(cell);
        varint(cell);
        if (length > file.capacity()) {
            throw new IllegalArgumentException("a row of " + length + " bytes");
        }
        int whole = (int) length;
        int most = usable - 35;
        int least = (usable - 12) * 32 / 255 - 23;
        int fitting = least + (whole - least) % (usable - 4);
        int here = whole <= most ? whole : fitting <= most ? fitting : least;
        ByteBuffer all = ByteBuffer.allocate(whole);
        all.put(cell.slice(cell.position(), here));
        cell.position(cell.position() + here);
        for (int next = whole > here ? cell.getInt() : 0; all.hasRemaining(); next = file.getInt((next - 1) * pageSize)) {
            visit(next);
            all.put(file.slice((next - 1) * pageSize + 4, Math.min(usable - 4, all.remaining())));
        }
        return all.flip();
    }

    private void visit(int page) {
        if (page < 1 || (long) page * pageSize > file.capacity() || seen.get(page)) {
            throw new IllegalArgumentException("page " + page);
        }
        seen.set(page);
    }

    private static String text(ByteBuffer row, int column) {
        return StandardCharsets.UTF_8.decode(column(row, column)).toString();
    }

    private static long number(ByteBuffer row, int column) {
        ByteBuffer bytes = column(row, column);
        long number = 0;
        while (bytes.hasRemaining()) {
            number = number << 8 | Byte.toUnsignedInt(bytes.get());
        }
        return number;
    }

    /** A row is a list of how long and of what kind its values are, and the values. */
    private static ByteBuffer column(ByteBuffer row, int column) {
        ByteBuffer kinds = row.duplicate();
        int values = (int) varint(kinds);
        for (int i = 0; i < column; i++) {
            values += size(varint(kinds));
        }
        return row.slice(values, size(varint(kinds)));
    }

    private static int size(long kind) {
        return switch ((int) Math.min(kind, 12)) {
            case 0, 8, 9 -> 0;
            case 1, 2, 3, 4 -> (int) kind;
            case 5 -> 6;
            case 6, 7 -> 8;
            case 12 -> Math.toIntExact((kind - 12) / 2);
            default -> throw new IllegalArgumentException("a value of kind " + kind);
        };
    }

    /** Seven bits of a byte, as long as its first is set; all of the ninth. */
    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte next = in.get();
            value = value << 7 | next & 0x7f;
            if (next >= 0) {
                return value;
            }
        }
        return value << 8 | Byte.toUnsignedInt(in.get());
    }
}
