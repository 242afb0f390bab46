package io.gantry.kit.outbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * All that a transaction writes in its end, as one statement of PostgreSQL's: what is written, that an event has been handled, and the outbox's rows, whose numbers are what
 * it returns, among zeros. Either all of it is done or nothing.
 */
final class Together {
    /** A statement may have 65,535; far fewer keep it readable in a log. */
    static final int MOST_PARAMETERS = 1000;

    /** Of the outbox, with four parameters each. */
    static final int MOST_ROWS = 100;

    /** The state it ends with where the event had been handled before. */
    static final String HANDLED = "GA002";

    private static final Pattern PARAMETER = Pattern.compile(":([a-z]\\w*)", Pattern.CASE_INSENSITIVE);

    /** @param consumer who has handled {@code event} by this */
    record Handled(String consumer, UUID event) {}

    /** One write of several, whose parameters need names of their own. */
    private record Suffixed(String name, String sql) {
        String part() {
            return name + " as (" + PARAMETER.matcher(sql).replaceAll(":$1_" + name) + ")";
        }
    }

    /** A service has some dozens of statements, and few transactions of many. */
    private static final Map<Suffixed, String> SUFFIXED = new ConcurrentHashMap<>();

    private final List<String> parts = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    /**
     * @param handled {@code null}: what is done is no event's
     * @param rows at most {@link #MOST_ROWS}, in the order in which the table shall number them
     */
    Together(List<Write> writes, Handled handled, List<OutboxRow> rows) {
        for (int i = 0; i < writes.size(); i++) {
            add("w" + i, writes.get(i));
        }
        if (handled != null) {
            add("handled", Write.of("insert into inbox (consumer, event_id) values (:consumer, :event) on conflict do nothing returning 1")
                    .with("consumer", handled.consumer())
                    .with("event", handled.event()));
            mustBeOne("handled", HANDLED);
        }
        if (!rows.isEmpty()) {
            add("sent", outbox(rows));
            results.add("select id from sent");
        }
    }

    /** Whether there is nothing to do. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    String sql() {
        return "with " + String.join(", ", parts) + " " + (results.isEmpty() ? "select cast(0 as bigint)" : String.join(" union all ", results));
    }

    Map<String, Object> parameters() {
        return parameters;
    }

    private void add(String name, Write write) {
        parts.add(SUFFIXED.computeIfAbsent(new Suffixed(name, write.sql()), Suffixed::part));
        write.parameters().forEach((key, value) -> parameters.put(key + "_" + name, value));
        if (write.one()) {
            mustBeOne(name, LostRace.STATE);
        }
    }

    private void mustBeOne(String name, String otherwise) {
        results.add("select must_be_one((select count(*) from " + name + "), '" + otherwise + "')");
    }

    private static Write outbox(List<OutboxRow> rows) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            // without the inner cast PostgreSQL takes the parameter for a number and refuses the text
            values.add("(:topic%1$d, cast(cast(:partition%1$d as text) as integer), :key%1$d, cast(:payload%1$d as text))".formatted(i));
        }
        Write write = Write.of("insert into outbox (topic, partition, key, payload) values " + String.join(", ", values) + " returning id");
        for (int i = 0; i < rows.size(); i++) {
            OutboxRow row = rows.get(i);
            write.with("topic" + i, row.topic())
                    .with("partition" + i, row.partition() == null ? null : row.partition().toString())
                    .with("key" + i, row.key())
                    .with("payload" + i, row.payload());
        }
        return write;
    }
}
