package io.gantry.agent.volume;

import io.gantry.agent.files.FilesRefusal;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.reconcile.DesiredView;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeUse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The volumes of this node. A container's start makes the folder; it goes when the node's complete view lacks the volume, as a container
 * does, and for no other reason.
 */
public final class NodeVolumes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeVolumes.class);

    /** From a volume's placement to its desired record here: an outbox, Kafka and the link. */
    private static final Duration HEARD_OF = Duration.ofSeconds(5);

    /** How the name of one begins that is being deleted. */
    static final String GONE = ".gone-";

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path root;
    private final Deletion deletion;
    /** Held for as long as a volume takes to delete, which is why it isn't the monitor: the node's link waits for that. */
    private final Lock sweeping = new ReentrantLock();
    private DesiredView view;
    private volatile boolean closed;

    interface Deletion {
        void delete(VolumeFolder volume) throws IOException;
    }

    /** @param epoch the highest that this agent has seen */
    public NodeVolumes(Path root, long epoch) {
        this(root, epoch, VolumeFolder::delete);
    }

    NodeVolumes(Path root, long epoch, Deletion deletion) {
        this.root = root;
        this.deletion = deletion;
        view = DesiredView.remembered(epoch, List.of());
    }

    /** Doesn't wait. */
    public void snapshot(long epoch, long generation, List<DesiredRecord> records) {
        take(view().with(epoch, generation, records.stream().filter(NodeVolumes::isVolume).toList()));
    }

    /** Doesn't wait. */
    public void change(long generation, DesiredRecord record) {
        if (isVolume(record)) {
            take(view().with(generation, record));
        }
    }

    private static boolean isVolume(DesiredRecord record) {
        return record.key().kind().equals("volume");
    }

    private synchronized DesiredView view() {
        return view;
    }

    private void take(DesiredView next) {
        synchronized (this) {
            view = next;
            notifyAll();
        }
        if (next.complete()) {
            Thread.ofVirtual().name("volumes").start(this::sweep);
        }
    }

    private void sweep() {
        sweeping.lock();
        try {
            for (Path folder : folders()) {
                sweep(folder);
            }
        } finally {
            sweeping.unlock();
        }
    }

    private void sweep(Path folder) {
        String name = folder.getFileName().toString();
        // asked anew for each: deleting the one before may have taken long
        if (closed || view().all(Desired.Volume.class).stream().anyMatch(volume -> volume.id().value().equals(name))) {
            return;
        }
        try {
            if (name.startsWith(GONE)) {
                // and not what may have its name again
                VolumeFolder.deleteGone(folder);
            } else {
                deletion.delete(VolumeFolder.of(folder));
            }
        } catch (IOException e) {
            LOG.warnf("volume %s stays until the next look: %s", name, e);
        }
    }

    /** Empty if this node has none such. */
    public Optional<VolumeFolder> find(VolumeId id) throws IOException {
        Path folder = root.resolve(id.value());
        return Files.isDirectory(folder) ? Optional.of(VolumeFolder.of(folder).ready()) : Optional.empty();
    }

    /** One that is wanted here, made if no container has been started with it yet. Who asks may have heard of it sooner than we: it waits a while. */
    public VolumeFolder make(VolumeId id) throws IOException {
        Optional<Desired.Volume> wanted = awaited(id);
        if (wanted.isEmpty()) {
            throw new FilesRefusal(ProblemType.CONFLICT, "this node hasn't heard of the volume, or hears of its end", "try again in a moment");
        }
        return VolumeFolder.of(root.resolve(id.value())).begin(wanted.get().size());
    }

    private synchronized Optional<Desired.Volume> awaited(VolumeId id) throws InterruptedIOException {
        long deadline = System.nanoTime() + HEARD_OF.toNanos();
        while (true) {
            Optional<Desired.Volume> wanted = view.all(Desired.Volume.class).stream().filter(one -> one.id().equals(id)).findFirst();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (wanted.isPresent() || left <= 0) {
                return wanted;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new InterruptedIOException("the agent ends");
            }
        }
    }

    /** Those with a size stay mounted without an agent; they are let go when it leaves the host for good. */
    public void unmountAll() throws IOException {
        for (Path folder : folders()) {
            VolumeFolder.of(folder).unmount();
        }
    }

    /** What lies in each, but in those that go, and what keeps it to its size. One that can't be counted, such as for folders deeper than a path can say, is left out. */
    public Map<String, VolumeUse> used() {
        Map<String, VolumeUse> used = new TreeMap<>();
        for (Path folder : folders()) {
            String name = folder.getFileName().toString();
            if (!name.startsWith(GONE) && Files.isDirectory(folder.resolve("data"))) {
                count(folder).ifPresent(use -> used.put(name, use));
            }
        }
        return used;
    }

    /** Nothing more is deleted; what is being deleted may go on for a while, and is taken up by the next agent. */
    @Override
    public void close() {
        closed = true;
        try {
            if (sweeping.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                sweeping.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<VolumeUse> count(Path folder) {
        try {
            VolumeFolder volume = VolumeFolder.of(folder).ready();
            return Optional.of(new VolumeUse(new Bytes(volume.used()), volume.sized().begun().map(SizeKeeper::what).orElse(null)));
        } catch (IOException e) {
            LOG.warnf("what lies in volume %s can't be counted: %s", folder.getFileName(), e);
            return Optional.empty();
        }
    }

    private List<Path> folders() {
        List<Path> all = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return all;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root)) {
            found.forEach(all::add);
        } catch (IOException e) {
            LOG.warnf("can't look at %s: %s", root, e);
        }
        return all;
    }
}
