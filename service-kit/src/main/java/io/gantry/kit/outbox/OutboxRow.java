package io.gantry.kit.outbox;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A record on its way to Kafka.
 *
 * @param partition {@code null}: Kafka's own choice by the key
 * @param payload {@code null}: a tombstone
 */
record OutboxRow(String topic, Integer partition, String key, String payload) {
    /** A statement may have 65,535 parameters; far fewer keep it readable in a log. */
    private static final int ROWS_A_STATEMENT = 100;

    /** In the order of the list. @return the numbers that the table gave them */
    static Uni<List<Long>> insert(Mutiny.Session session, List<OutboxRow> rows) {
        return Multi.createFrom()
                .iterable(rows)
                .group()
                .intoLists()
                .of(ROWS_A_STATEMENT)
                .onItem()
                .transformToUniAndConcatenate(some -> insertTogether(session, some))
                .collect()
                .in(ArrayList::new, List::addAll);
    }

    private static Uni<List<Long>> insertTogether(Mutiny.Session session, List<OutboxRow> rows) {
        String values = IntStream.range(0, rows.size())
                // without the inner cast PostgreSQL takes the parameter for a number and refuses the text
                .mapToObj("(:topic%1$d, cast(cast(:partition%1$d as text) as integer), :key%1$d, cast(:payload%1$d as text))"::formatted)
                .collect(Collectors.joining(", "));
        var insert = session.createNativeQuery("insert into outbox (topic, partition, key, payload) values " + values + " returning id", Long.class);
        for (int i = 0; i < rows.size(); i++) {
            OutboxRow row = rows.get(i);
            insert.setParameter("topic" + i, row.topic())
                    .setParameter("partition" + i, row.partition() == null ? null : row.partition().toString())
                    .setParameter("key" + i, row.key())
                    .setParameter("payload" + i, row.payload());
        }
        return insert.getResultList();
    }
}
