package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.registry.core.RegistryRequest.Reference;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Registries whose images are had through ours: with the setting {@code mirrors.hub=registry.example.com}, {@code hub/shop/web:1} is what {@code registry.example.com/shop/web:1} means. What isn't here is pulled; a
 * tag that is here is compared by its digest once it is older than the settings say; and if nobody answers there, what is here is good enough, and said to be old. One at a time asks for
 * the same name, the others wait for what comes of it. Waits; not for event loops.
 */
@Singleton
public class Mirror {
    private static final Logger LOG = Logger.getLogger(Mirror.class);
    private static final int LOCKS = 64;
    private static final int MOST = 10_000;
    private final Registries registries;
    private final Puller puller;
    private final Database database;
    private final Manifests manifests;
    private final World world;
    private final Duration age;
    /** When a name was compared last; forgotten by a restart, which costs one comparison each. */
    private final Map<String, Instant> compared = new ConcurrentHashMap<>();
    private final Lock[] locks = new Lock[LOCKS];

    @Inject
    Mirror(Registries registries, Puller puller, Database database, Manifests manifests, World world, ImageSettings settings) {
        this.registries = registries;
        this.puller = puller;
        this.database = database;
        this.manifests = manifests;
        this.world = world;
        this.age = settings.registries().mirrorAge();
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** How it came that it is here. */
    public sealed interface Brought {
        /** Of no other registry. */
        record Ours() implements Brought {}

        /** It was pulled just now. */
        record Pulled() implements Brought {}

        /** It was here. @param old why it may be; empty if it isn't */
        record Here(Optional<String> old) implements Brought {}
    }

    /**
     * Has it here, if it is of a registry that is mirrored. Fails with {@link Refused} if it isn't there, or isn't to be had.
     */
    public Brought bring(String repository, Reference reference) throws InterruptedException {
        if (!registries.isMirrored(repository)) {
            return new Brought.Ours();
        }
        ImageRef name = switch (reference) {
            case Reference.Tag(var tag) -> new ImageRef(repository, Optional.of(tag), Optional.empty());
            case Reference.ByDigest(var digest, _) -> new ImageRef(repository, Optional.empty(), Optional.of(digest));
        };
        Lock lock = locks[Math.floorMod(name.hashCode(), LOCKS)];
        lock.lockInterruptibly();
        try {
            return bring(name);
        } finally {
            lock.unlock();
        }
    }

    private Brought bring(ImageRef name) throws InterruptedException {
        Optional<Digest> here = here(name);
        if (here.isPresent() && (name.digest().isPresent() || isFresh(name))) {
            return new Brought.Here(Optional.empty());
        }
        try {
            boolean other = here.isEmpty() || !here.equals(there(name));
            if (other) {
                puller.pull(name, Credentials.NONE, Optional.empty(), TransferHearer.NOBODY);
            }
            noteCompared(name);
            return other ? new Brought.Pulled() : new Brought.Here(Optional.empty());
        } catch (Refused refused) {
            if (here.isEmpty() || refused.refusal().type() != ProblemType.UNAVAILABLE) {
                throw refused;
            }
            LOG.warnf("%s is sent as it was: %s", name, refused.getMessage());
            return new Brought.Here(Optional.of(refused.getMessage()));
        }
    }

    private Optional<Digest> here(ImageRef name) {
        return database.await(() -> name.digest().isPresent() ? manifests.find(name.repository(), name.digest().get()) : manifests.find(name.repository(), name.tag().orElseThrow()))
                .map(ManifestRow::digest);
    }

    private Optional<Digest> there(ImageRef name) throws InterruptedException {
        RemoteName remote = registries.named(name);
        return RemoteManifests.digest(registries.open(remote, "pull", registries.orKnown(remote, Credentials.NONE)), remote);
    }

    private boolean isFresh(ImageRef name) {
        Instant last = compared.get(name.toString());
        return last != null && world.now().isBefore(last.plus(age));
    }

    private void noteCompared(ImageRef name) {
        if (compared.size() >= MOST) {
            compared.clear();
        }
        compared.put(name.toString(), world.now());
    }
}
