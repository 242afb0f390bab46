package io.gantry.kit.page;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.view.Items;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which part of a list somebody asks for: all of it, or so many from the beginning or from behind a cursor. A cursor is the key of the last item
 * that was shown: what was there all the time is shown exactly once, whatever comes and goes between two pages.
 */
public final class Page {
    static final int MOST = 1000;
    private static final int UNLESS_SAID = 100;
    private final int limit;
    private final String cursor;

    private Page(int limit, String cursor) {
        this.limit = limit;
        this.cursor = cursor;
    }

    /**
     * @param limit {@code null} is all, or {@value #UNLESS_SAID} with a cursor
     * @param cursor {@code null} is the beginning
     */
    public static Page asked(Integer limit, String cursor) {
        String from = cursor == null || cursor.isEmpty() ? null : cursor;
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw new BadField("limit", "limit is 1 to " + MOST + ", got " + limit);
        }
        return new Page(limit == null ? from == null ? 0 : UNLESS_SAID : limit, from);
    }

    public boolean isAll() {
        return limit == 0;
    }

    /** So many are shown at most. */
    public int limit() {
        return limit;
    }

    /** The key behind which it begins; empty at the beginning. */
    public Optional<String> after(String list) {
        if (cursor == null) {
            return Optional.empty();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(list + " ")) {
                return Optional.of(text.substring(list.length() + 1));
            }
        } catch (IllegalArgumentException notBase64) {
            // told below
        }
        throw new BadField("cursor", "this is no cursor of " + list, "take it from 'next' of the page before, or leave it out");
    }

    /** Of a list that is at hand as a whole, in its own order if all of it is asked for. */
    public <T> Items<T> of(List<T> all, Order<T> order) {
        if (isAll()) {
            return new Items<>(all);
        }
        Optional<String> last = after(order.list());
        return cut(
                all.stream().filter(item -> last.isEmpty() || order.isBehind(item, last.get())).sorted(order.comparator()).limit(limit + 1L).toList(),
                order.list(), order.key());
    }

    /** @param found those behind the cursor in their order, one more than the limit if there are so many */
    public <T> Items<T> cut(List<T> found, String list, Function<T, String> key) {
        if (isAll() || found.size() <= limit) {
            return new Items<>(found);
        }
        List<T> shown = List.copyOf(found.subList(0, limit));
        return new Items<>(shown, Base64.getUrlEncoder().withoutPadding().encodeToString((list + " " + key.apply(shown.getLast())).getBytes(StandardCharsets.UTF_8)));
    }
}
