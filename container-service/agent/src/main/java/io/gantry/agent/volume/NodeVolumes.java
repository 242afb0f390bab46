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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The volumes of this node. A container's start makes the folder; it goes when the node's complete view lacks the volume, as a container
 * does, and for no other reason.
 */
public final class NodeVolumes {
    private static final Logger LOG = Logger.getLogger(NodeVolumes.class);

    /** From a volume's placement to its desired record here: an outbox, Kafka and the link. */
    private static final Duration HEARD_OF = Duration.ofSeconds(5);

    private final Path root;
    private DesiredView view;

    /** @param epoch the highest that this agent has seen */
    public NodeVolumes(Path root, long epoch) {
        this.root = root;
        view = DesiredView.remembered(epoch, List.of());
    }

    public void snapshot(long epoch, long generation, List<DesiredRecord> records) {
        take(view().with(epoch, generation, records.stream().filter(NodeVolumes::isVolume).toList()));
    }

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

    /** One at a time. */
    private synchronized void sweep() {
        Set<String> wanted = view.all(Desired.Volume.class).stream().map(volume -> volume.id().value()).collect(Collectors.toSet());
        for (Path folder : folders()) {
            String name = folder.getFileName().toString();
            if (!wanted.contains(name)) {
                try {
                    VolumeFolder.of(name.startsWith(".gone-") ? folder.resolveSibling(name.substring(6)) : folder).delete();
                } catch (IOException e) {
                    LOG.warnf("volume %s stays until the next look: %s", name, e);
                }
            }
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
        VolumeFolder volume = VolumeFolder.of(root.resolve(id.value()));
        Files.createDirectories(volume.folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (!Files.isDirectory(volume.data())) {
            Files.createDirectory(volume.data());
            Files.setPosixFilePermissions(volume.data(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (wanted.get().size() != null) {
            volume.sized().limit(volume.sized().keeper(), wanted.get().size().value());
        }
        return volume;
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

    /** What lies in each, and what keeps it to its size. */
    public Map<String, VolumeUse> used() throws IOException {
        Map<String, VolumeUse> used = new TreeMap<>();
        for (Path folder : folders()) {
            if (Files.isDirectory(folder.resolve("data"))) {
                VolumeFolder volume = VolumeFolder.of(folder).ready();
                String limitedBy = volume.sized().begun().map(SizeKeeper::what).orElse(null);
                used.put(folder.getFileName().toString(), new VolumeUse(new Bytes(volume.used()), limitedBy));
            }
        }
        return used;
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
