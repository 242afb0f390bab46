package io.gantry.agent.image;

import io.gantry.agent.disk.WholeFile;
import io.gantry.agent.disk.WholeFile.Sync;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.WatchedStream;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.NodeWire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Bytes of images that came to this host and went from it, and those that needn't come. They are counted on from one agent to the next, by a file that is written now and then: an agent that is killed
 * forgets what it counted since then.
 */
public final class WireLedger {
    private static final Logger LOG = Logger.getLogger(WireLedger.class);
    private final Path file;
    private final Instant since;
    private final Map<Way, LongAdder> bytes = new EnumMap<>(Way.class);
    private NodeWire kept;

    /** How bytes go, or why they needn't. */
    enum Way {
        FROM_REGISTRY,
        FROM_NODES,
        TO_NODES,
        /** Of layers that were here when an image came that has them, too. */
        PRESENT,
        /** Of a download that went on where it broke off. */
        RESUMED
    }

    private WireLedger(Path file, NodeWire before) {
        this.file = file;
        this.since = before.since();
        this.kept = before;
        for (Way way : Way.values()) {
            LongAdder adder = new LongAdder();
            adder.add(of(before, way));
            bytes.put(way, adder);
        }
    }

    /** @param now when it begins to count, if no agent did before */
    public static WireLedger in(Path file, Instant now) throws IOException {
        Optional<NodeWire> before = WholeFile.read(file, NodeWire.class).filter(read -> read.since() != null);
        return new WireLedger(file, before.orElse(NodeWire.of(now, 0, 0, 0, 0, 0)));
    }

    private static long of(NodeWire wire, Way way) {
        return switch (way) {
            case FROM_REGISTRY -> wire.fromRegistry().value();
            case FROM_NODES -> wire.fromNodes().value();
            case TO_NODES -> wire.toNodes().value();
            case PRESENT -> wire.present().value();
            case RESUMED -> wire.resumed().value();
        };
    }

    void add(Way way, long count) {
        bytes.get(way).add(count);
    }

    /** Counts what is read of it. */
    InputStream counting(Way way, InputStream body) {
        return new WatchedStream(body) {
            @Override
            protected void passed(byte[] data, int from, int length) {
                add(way, length);
            }
        };
    }

    public NodeWire figures() {
        return NodeWire.of(since, sum(Way.FROM_REGISTRY), sum(Way.FROM_NODES), sum(Way.TO_NODES), sum(Way.PRESENT), sum(Way.RESUMED));
    }

    private long sum(Way way) {
        return bytes.get(way).sum();
    }

    /** Writes it down for the next agent, if there is something new. */
    public synchronized void keep() {
        NodeWire now = figures();
        if (now.equals(kept)) {
            return;
        }
        try {
            WholeFile.replace(file, Json.write(now), Sync.NONE);
            kept = now;
        } catch (IOException e) {
            LOG.warnf("what images saved on the wire isn't written down: %s", e.getMessage());
        }
    }

    /** How much of an image is here already, in bytes as stored. @param kept what layers are kept by */
    static long present(List<ResolvedImage.Layer> image, Set<Digest> kept) {
        List<Digest> chain = Chain.names(image);
        long present = 0;
        for (int i = 0; i < image.size(); i++) {
            if (kept.contains(image.get(i).diffId()) || kept.contains(chain.get(i))) {
                present += image.get(i).size().value();
            }
        }
        return present;
    }
}
