package io.gantry.network;

import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.smallrye.mutiny.Uni;
import java.util.OptionalLong;

/**
 * The one row that changes take their turns by. A locking transaction counts it up first, and others wait; one that is a statement reads it with its first look and counts it
 * up with what it writes, unless somebody else has done so meanwhile.
 */
public final class Turn {
    /** Of {@link #begin}'s arguments, in their order; {@code next} is drawn once the row is ours. */
    public static final String COLUMNS = "version, shape, (select nextval('desired_version')) as next";

    private static final String TAKE = "with taken as (update turn set version = version + 1 where id = 1 returning version, shape)"
            + " select version, shape, nextval('desired_version') from taken";

    private final long shape;
    private long next;
    private boolean reshaped;

    private Turn(long shape, long next) {
        this.shape = shape;
        this.next = next;
    }

    /** Waits for all others. */
    static Uni<Void> take(Transaction transaction) {
        return transaction.lockedSession()
                .createNativeQuery(TAKE, Object[].class)
                .getSingleResult()
                .invoke(row -> transaction.keep(Turn.class, new Turn(number(row[1]), number(row[2]))))
                .replaceWithVoid();
    }

    /** All that the transaction has read and will read is of this turn, or it is done again. @param row begins with {@link #COLUMNS} */
    public static void begin(Transaction transaction, Object[] row) {
        transaction.keep(Turn.class, new Turn(number(row[1]), number(row[2])));
        transaction.standsOn(Write.ofOne("update turn set version = version + 1 where id = 1 and version = :version").with("version", number(row[0])));
    }

    private static long number(Object column) {
        return ((Number) column).longValue();
    }

    public static boolean isKnown(Transaction transaction) {
        return transaction.kept(Turn.class).isPresent();
    }

    public static Turn of(Transaction transaction) {
        return transaction.kept(Turn.class).orElseThrow(() -> new IllegalStateException("a transaction without a turn"));
    }

    /** Networks, nodes or their addresses are others now. */
    public static Uni<Void> reshape(Transaction transaction) {
        of(transaction).reshaped = true;
        return transaction.lockedSession().createNativeQuery("update turn set shape = shape + 1 where id = 1").executeUpdate().replaceWithVoid();
    }

    /** Of which shape the networks are; empty once this transaction has changed it. */
    public OptionalLong shape() {
        return reshaped ? OptionalLong.empty() : OptionalLong.of(shape);
    }

    /** A version above all that earlier turns gave to desired records; empty if it has been used. */
    public OptionalLong useNext() {
        long its = next;
        next = 0;
        return its == 0 ? OptionalLong.empty() : OptionalLong.of(its);
    }
}
