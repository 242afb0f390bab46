package io.gantry.agent.reconcile;

import io.gantry.agent.disk.WholeFile;
import io.gantry.agent.disk.WholeFile.Sync;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.DesiredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a restarted agent must know: how far it was with each container ({@code held/<id>.json}), what was desired last ({@code desired.json})
 * and how often it has begun ({@code life}). Each is replaced as a whole; of these only {@code life} outlasts a crash of the host for sure, since
 * the others can be heard, or seen in the kernel, again. What is desired has environments with secrets in it: only root comes near.
 */
public final class Journal {
    private static final int COUNTER_BITS = 32;
    /** So that the seconds from then on leave room for the counter until 2088. */
    private static final Instant SINCE = Instant.parse("2020-01-01T00:00:00Z");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private final Path folder;
    private final Path held;

    /** What was desired, as it was last heard. */
    public record Desire(long epoch, List<DesiredRecord> records) {}

    /** Makes the folder if it isn't there, and closes it to others if it was made open. */
    public Journal(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
        this.held = Files.createDirectories(folder.resolve("held"));
    }

    /**
     * The first observation version of this life: above all of earlier ones, since whoever reads observations passes by what isn't newer.
     *
     * @param now for want of the number of lives: nobody begins once a second
     */
    public long firstVersion(Instant now) throws IOException {
        Path file = folder.resolve("life");
        long life = lives(file, now) + 1;
        try {
            WholeFile.replace(file, Long.toString(life), Sync.DISK);
        } catch (IOException e) {
            overwrite(file, Long.toString(life), e);
        }
        return life << COUNTER_BITS;
    }

    /** On a full disk there is room where the number before was, so that an agent comes up and room can be made; it isn't torn, being that short. */
    private static void overwrite(Path file, String text, IOException why) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(text), 0);
            channel.force(true);
        } catch (IOException e) {
            why.addSuppressed(e);
            throw why;
        }
    }

    private static long lives(Path file, Instant now) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        String text = Files.readString(file).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            WholeFile.setAside(file, "'" + text + "' is no number");
            return SINCE.until(now, ChronoUnit.SECONDS);
        }
    }

    public Desire desire() throws IOException {
        return WholeFile.read(folder.resolve("desired.json"), Desire.class).orElseGet(() -> new Desire(0, List.of()));
    }

    public void remember(DesiredView view) {
        write(folder.resolve("desired.json"), Json.write(new Desire(view.epoch(), List.copyOf(view.records().values()))));
    }

    public Map<ContainerId, Held> held() throws IOException {
        Map<ContainerId, Held> all = new HashMap<>();
        List<Path> files = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(held, "*.json")) {
            stream.forEach(files::add);
        }
        for (Path file : files) {
            WholeFile.read(file, Held.class).ifPresent(one -> all.put(one.id(), one));
        }
        return all;
    }

    public void remember(Held one) {
        write(held.resolve(one.id() + ".json"), Json.write(one));
    }

    public void forget(ContainerId id) {
        try {
            Files.deleteIfExists(held.resolve(id + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            WholeFile.replace(file, text, Sync.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
