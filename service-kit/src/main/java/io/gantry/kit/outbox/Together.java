package io.gantry.kit.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

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

    /** A service has some hundreds of shapes; what is rarer than those is put together each time. */
    private static final int MOST_SHAPES = 2000;

    private static final Map<List<Shape>, Text> TEXTS = new ConcurrentHashMap<>();

    /** @param consumer who has handled {@code event} by this */
    record Handled(String consumer, UUID event) {}

    /** @param otherwise the state it ends with where it finds no row; {@code null} where it may, {@code ""} where it returns numbers */
    private record Part(String name, Write write, String otherwise) {
        Shape shape() {
            return new Shape(name, write.sql(), otherwise);
        }
    }

    /** What of a part is in the statement's text. */
    private record Shape(String name, String sql, String otherwise) {
        String result() {
            return otherwise.isEmpty() ? "select id from " + name : "select must_be_one((select count(*) from " + name + "), '" + otherwise + "')";
        }
    }

    /** One of the statement's parameters: {@code name} of its part. */
    private record Place(int part, String name) {}

    /** @param places {@code $1} and the next */
    private record Text(String sql, List<Place> places) {}

    private final List<Part> parts = new ArrayList<>();

    /**
     * @param handled {@code null}: what is done is no event's
     * @param rows at most {@link #MOST_ROWS}, in the order in which the table shall number them
     */
    Together(List<Write> writes, Handled handled, List<OutboxRow> rows) {
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            parts.add(new Part("w" + i, write, write.one() ? LostRace.STATE : null));
        }
        if (handled != null) {
            Write once = Write.of("insert into inbox (consumer, event_id) values (:consumer, :event) on conflict do nothing returning 1")
                    .with("consumer", handled.consumer())
                    .with("event", handled.event());
            parts.add(new Part("handled", once, HANDLED));
        }
        if (!rows.isEmpty()) {
            parts.add(new Part("sent", outbox(rows), ""));
        }
    }

    /** Whether there is nothing to do. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** With {@code $1} and so on, as PostgreSQL takes it. */
    String sql() {
        return text().sql();
    }

    /** In the order of their numbers. */
    Object[] parameters() {
        return text().places().stream().map(place -> parts.get(place.part()).write().parameters().get(place.name())).toArray();
    }

    private Text text() {
        List<Shape> shapes = parts.stream().map(Part::shape).toList();
        Text known = TEXTS.get(shapes);
        if (known != null) {
            return known;
        }
        Text text = text(shapes);
        if (TEXTS.size() < MOST_SHAPES) {
            TEXTS.put(shapes, text);
        }
        return text;
    }

    private static Text text(List<Shape> shapes) {
        List<Place> places = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            int part = i;
            String sql = Numbered.of(shapes.get(i).sql(), name -> Numbered.among(places, new Place(part, name)));
            steps.add(shapes.get(i).name() + " as (" + sql + ")");
        }
        List<String> results = shapes.stream().filter(shape -> shape.otherwise() != null).map(Shape::result).toList();
        String end = results.isEmpty() ? "select cast(0 as bigint)" : String.join(" union all ", results);
        return new Text("with " + String.join(", ", steps) + " " + end, List.copyOf(places));
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
