package io.gantry.kit.outbox;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.impl.MutinySessionImpl;
import org.hibernate.reactive.pool.ReactiveConnection;

/**
 * A question to the database on a way that is taken often, by the session's connection: Hibernate's queries take longer to make a statement than PostgreSQL takes to do it. It sees what
 * has been written, not what the session holds of entities. Parameters have names ({@code :name}).
 */
public final class Look {
    /** Of the source's constants, so there is an end of them. */
    private static final Map<String, Text> TEXTS = new ConcurrentHashMap<>();

    private final Text text;
    private final Map<String, Object> parameters = new HashMap<>();

    /** @param names of {@code $1} and the next */
    private record Text(String sql, List<String> names) {
        static Text of(String sql) {
            List<String> names = new ArrayList<>();
            return new Text(Numbered.of(sql, name -> Numbered.among(names, name)), List.copyOf(names));
        }
    }

    private Look(Text text) {
        this.text = text;
    }

    public static Look at(String sql) {
        return new Look(TEXTS.computeIfAbsent(sql, Text::of));
    }

    public Look with(String name, Object value) {
        parameters.put(name, value);
        return this;
    }

    /** Columns as the driver has them: {@code String}, {@code Integer}, {@code Long}, {@code Boolean}, {@code OffsetDateTime}, sums as some {@code Number}. */
    public Uni<List<Object[]>> rows(Mutiny.Session session) {
        return ask(session, text.sql(), text.names().stream().map(parameters::get).toArray());
    }

    /** {@code null} for none; of several, the first. */
    public Uni<Object[]> row(Mutiny.Session session) {
        return rows(session).map(rows -> rows.isEmpty() ? null : rows.getFirst());
    }

    static Uni<List<Object[]>> ask(Mutiny.Session session, String sql, Object[] parameters) {
        ReactiveConnection connection = ((MutinySessionImpl) session).getReactiveConnection();
        return Uni.createFrom().completionStage(() -> connection.select(sql, parameters)).map(found -> {
            List<Object[]> rows = new ArrayList<>();
            found.forEachRemaining(rows::add);
            return rows;
        });
    }
}
