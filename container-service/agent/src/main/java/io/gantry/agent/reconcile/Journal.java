package io.gantry.agent.reconcile;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.DesiredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a restarted agent must know: how far it was with each container ({@code held/<id>.json}), what was desired last ({@code desired.json})
 * and how often it has begun ({@code life}). Each file is there whole or not at all. What is desired has environments with secrets in it: only
 * root comes near.
 */
public final class Journal {
    private static final int COUNTER_BITS = 32;
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

    /** The first observation version of this life: above all of earlier ones. */
    public long firstVersion() throws IOException {
        Path file = folder.resolve("life");
        long life = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) + 1 : 1;
        write(file, Long.toString(life));
        return life << COUNTER_BITS;
    }

    public Desire desire() throws IOException {
        Path file = folder.resolve("desired.json");
        return Files.exists(file) ? Json.read(Files.readString(file), Desire.class) : new Desire(0, List.of());
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
            Held one = Json.read(Files.readString(file), Held.class);
            all.put(one.id(), one);
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
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
