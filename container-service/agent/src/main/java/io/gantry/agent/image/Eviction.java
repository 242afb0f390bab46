package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Takes layers from this host while its disk is fuller than it may be: of those that no container here needs and nobody has asked for lately, the one that was longest unused first, until the disk is a twentieth
 * below the mark.
 */
final class Eviction {
    /** What somebody asked for within it stays: a container that is just coming, a look into one. */
    static final Duration LATELY = Duration.ofMinutes(10);
    private static final Logger LOG = Logger.getLogger(Eviction.class);
    private static final int MARGIN = 5;
    private final LayerDisk disk;
    private final LayerUses uses;
    private final InstantSource clock;

    /** How full the disk is that layers are on. */
    interface Fullness {
        /** @return 0 to 100 */
        double percent() throws IOException;
    }

    private record Candidate(Digest layer, Instant lastUse) {}

    Eviction(LayerDisk disk, LayerUses uses, InstantSource clock) {
        this.disk = disk;
        this.uses = uses;
        this.clock = clock;
    }

    /**
     * @param mark percent; nothing goes while the disk isn't fuller
     * @param needed the layers of all containers of this host, whether they run or not
     * @return those that went, in this order
     */
    List<Digest> sweep(int mark, Fullness fullness, Set<Digest> needed) throws IOException {
        List<Digest> gone = new ArrayList<>();
        if (fullness.percent() <= mark) {
            return gone;
        }
        Instant lately = clock.instant().minus(LATELY);
        for (Candidate one : candidates(needed)) {
            if (fullness.percent() <= mark - MARGIN) {
                break;
            }
            if (uses.unlessUsedSince(lately, one.layer(), () -> disk.takeAway(one.layer()))) {
                gone.add(one.layer());
                LOG.infof("layer %s went, unused since %s: the disk is fuller than %d %%", one.layer(), one.lastUse(), mark);
                disk.clear();
            }
        }
        if (fullness.percent() > mark) {
            LOG.warnf("the disk of %s is fuller than %d %%, and no further layer can go: containers of this host need them, or asked for them within %d minutes", disk.place(), mark, LATELY.toMinutes());
        }
        return gone;
    }

    private List<Candidate> candidates(Set<Digest> needed) throws IOException {
        List<Candidate> all = new ArrayList<>();
        for (Digest layer : disk.kept()) {
            if (!needed.contains(layer)) {
                all.add(new Candidate(layer, uses.last(layer)));
            }
        }
        all.sort(Comparator.comparing(Candidate::lastUse).thenComparing(one -> one.layer().hex()));
        return all;
    }
}
