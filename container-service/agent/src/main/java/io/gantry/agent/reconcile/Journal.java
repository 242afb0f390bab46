package io.gantry.agent.reconcile;

import io.gantry.agent.disk.KeyedLog;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a restarted agent must know: how far it was with each container ({@code held.log}), what was desired last ({@code desired.log})
 * and how often it has begun ({@code life}). Of these only {@code life} outlasts a crash of the host for sure, since
 * the others can be heard, or seen in the kernel, again. What is desired has environments with secrets in it: only root comes near.
 */
public final class Journal {
    private static final int COUNTER_BITS = 32;
    /** So that the seconds from then on leave room for the counter until 2088. */
    private static final Instant SINCE = Instant.parse("2020-01-01T00:00:00Z");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final String EPOCH = "epoch";
    private final Path folder;
    private final KeyedLog desired;
    private final KeyedLog held;

    /** What was desired, as it was last heard. */
    public record Desire(long epoch, List<DesiredRecord> records) {}

    /** Makes the folder if it isn't there, and closes it to others if it was made open. */
    public Journal(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
        this.desired = new KeyedLog(folder.resolve("desired.log"));
        this.held = new KeyedLog(folder.resolve("held.log"));
        takeOver();
    }

    /** What an agent of version 0.1 and before wrote, a file for each container and one for all that was desired. */
    private void takeOver() throws IOException {
        Path file = folder.resolve("desired.json");
        Optional<Desire> whole = WholeFile.read(file, Desire.class);
        if (whole.isPresent()) {
            remember(whole.get().epoch(), whole.get().records());
            Files.delete(file);
        }
        Path each = folder.resolve("held");
        if (Files.exists(each)) {
            for (Path one : list(each)) {
                WholeFile.read(one, Held.class).ifPresent(this::remember);
                Files.deleteIfExists(one);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
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
        Map<String, String> all = desired.read();
        String epoch = all.remove(EPOCH);
        return new Desire(epoch == null ? 0 : Long.parseLong(epoch), all.values().stream().map(text -> Json.read(text, DesiredRecord.class)).toList());
    }

    /** All of it. @throws UncheckedIOException what was remembered stays so */
    public void remember(long epoch, Collection<DesiredRecord> records) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(EPOCH, Long.toString(epoch));
        records.forEach(record -> all.put(record.key().toString(), Json.write(record)));
        try {
            desired.replace(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of it, or that one is gone. */
    public void remember(DesiredRecord record) {
        if (record.body() == null) {
            desired.remove(record.key().toString());
        } else {
            desired.put(record.key().toString(), Json.write(record));
        }
    }

    public Map<ContainerId, Held> held() throws IOException {
        Map<ContainerId, Held> all = new HashMap<>();
        held.read().forEach((id, text) -> all.put(new ContainerId(id), Json.read(text, Held.class)));
        return all;
    }

    public void remember(Held one) {
        held.put(one.id().value(), Json.write(one));
    }

    public void forget(ContainerId id) {
        held.remove(id.value());
    }
}
