package io.gantry.agent.prefetch;

import io.gantry.agent.image.FetchedLayers;
import io.gantry.agent.image.LayerFailure;
import io.gantry.agent.reconcile.DesiredView;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.contracts.state.Observed.Prefetched.State;
import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Fetches the layers of images that this node shall have ahead, and says how far it is. It compares what is wanted with what it has begun, at each change and each minute, so that nothing has to be
 * remembered: what is here costs a look. Nothing is begun while the disk is fuller than layers may make it.
 */
public final class Prefetching {
    private static final Logger LOG = Logger.getLogger(Prefetching.class);
    private final FetchedLayers layers;
    private final Fullness disk;
    private final int mark;
    private final Map<String, Prefetched> all = new TreeMap<>();
    private DesiredView view;
    private Runnable news = () -> {};

    /** How full the disk is that layers are on. */
    interface Fullness {
        /** @return 0 to 100 */
        double percent() throws IOException;
    }

    /**
     * @param mark percent of the disk
     * @param epoch the highest that this agent has seen
     */
    public Prefetching(FetchedLayers layers, int mark, long epoch) {
        this(layers, layers::fullness, mark, epoch);
    }

    Prefetching(FetchedLayers layers, Fullness disk, int mark, long epoch) {
        this.layers = layers;
        this.disk = disk;
        this.mark = mark;
        view = DesiredView.remembered(epoch, List.of());
    }

    /** Called each time one has come or come to nothing; mustn't wait, and asks nothing of this before it returns. */
    public synchronized void onNews(Runnable listener) {
        news = listener;
    }

    /** Doesn't wait. */
    public synchronized void snapshot(long epoch, long generation, List<DesiredRecord> records) {
        view = view.with(epoch, generation, records.stream().filter(Prefetching::isOurs).toList());
        look();
    }

    /** Doesn't wait. */
    public synchronized void change(long generation, DesiredRecord record) {
        if (isOurs(record)) {
            view = view.with(generation, record);
            look();
        }
    }

    private static boolean isOurs(DesiredRecord record) {
        return record.key().kind().equals("prefetch");
    }

    /** Begins what is wanted and wasn't begun, or came to nothing. */
    public synchronized void look() {
        List<Desired.Prefetch> wanted = view.all(Desired.Prefetch.class);
        Set<String> ids = wanted.stream().map(Desired.Prefetch::id).collect(Collectors.toSet());
        all.keySet().retainAll(ids);
        wanted.stream().filter(one -> !isBegun(one)).forEach(this::begin);
    }

    private boolean isBegun(Desired.Prefetch one) {
        Prefetched known = all.get(one.id());
        return known != null && known.image().equals(one.image().manifest()) && (known.state() == State.COMING || known.state() == State.HERE);
    }

    private void begin(Desired.Prefetch one) {
        Digest image = one.image().manifest();
        try {
            double full = disk.percent();
            if (full > mark) {
                tell(new Prefetched(one.id(), image, State.NO_ROOM, "its disk is full to %.0f %%, and images are fetched ahead up to %d %%".formatted(full, mark)));
                return;
            }
            boolean present = layers.has(one.image());
            all.put(one.id(), new Prefetched(one.id(), image, State.COMING, null, present));
            layers.ensureAhead(one.image()).whenComplete((_, trouble) -> ended(one.id(), image, trouble));
        } catch (IOException e) {
            tell(new Prefetched(one.id(), image, State.FAILED, e.getMessage()));
        }
    }

    /** Unless that has been told before. */
    private void tell(Prefetched now) {
        Prefetched before = all.put(now.id(), now);
        if (before == null || before.state() != now.state()) {
            news.run();
        }
    }

    private synchronized void ended(String id, Digest image, Throwable trouble) {
        Prefetched known = all.get(id);
        if (known == null || !known.image().equals(image)) {
            return;
        }
        String why = trouble == null ? null : LayerFailure.behind(trouble).failure().detail();
        if (why != null) {
            LOG.infof("the image %s can't be fetched ahead: %s", image, why);
        }
        tell(new Prefetched(id, image, trouble == null ? State.HERE : State.FAILED, why, known.present() && trouble == null));
    }

    /** How far it is with each, by id. */
    public synchronized List<Prefetched> all() {
        return List.copyOf(all.values());
    }
}
