package io.gantry.kit.stream;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which of its two ways a message is taken from, the short one or Kafka, so that each is taken once and none overtakes another of its
 * subject. A partition's first message is left to Kafka: when it comes from there, all that was before it has come. One that can't be taken
 * early is left as well, and so is all that is told behind it until Kafka has brought what was left. Pure. Messages of one
 * subject come one after the other, those of others may come beside them.
 *
 * @param <K> what tells one message from the others
 */
public final class TwoWays<K> {
    private static final int MOST_REMEMBERED = 10_000;

    private static final class Partition<K> {
        final Set<K> taken = new LinkedHashSet<>();
        final Set<K> left = new HashSet<>();
        /** All that was told before has come, by one way or the other. */
        boolean current;
        boolean leftMore;
    }

    private final Map<Integer, Partition<K>> partitions = new HashMap<>();

    /** It has been told: whether it is to be taken now. If so, {@link #taken} or {@link #leave} follows. */
    public synchronized boolean takesEarly(int partition, K message) {
        if (of(partition).current) {
            return true;
        }
        leave(partition, message);
        return false;
    }

    /** It has been taken early: Kafka's copy is to be passed over. */
    public synchronized void taken(int partition, K message) {
        Set<K> all = of(partition).taken;
        all.add(message);
        if (all.size() > MOST_REMEMBERED) {
            all.remove(all.iterator().next());
        }
    }

    /** It can't be taken now. */
    public synchronized void leave(int partition, K message) {
        Partition<K> its = of(partition);
        its.current = false;
        if (its.left.size() < MOST_REMEMBERED) {
            its.left.add(message);
        } else {
            its.leftMore = true;
        }
    }

    /** It has come from Kafka: whether it is still to be taken. If so, {@link #arrived} follows. */
    public synchronized boolean takesLate(int partition, K message) {
        return !of(partition).taken.remove(message);
    }

    /** It has been taken from Kafka. */
    public synchronized void arrived(int partition, K message) {
        Partition<K> its = of(partition);
        if (its.left.remove(message) && its.left.isEmpty()) {
            its.current = !its.leftMore;
            its.leftMore = false;
        }
    }

    private Partition<K> of(int partition) {
        return partitions.computeIfAbsent(partition, _ -> new Partition<>());
    }
}
