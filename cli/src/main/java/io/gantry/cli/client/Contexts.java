package io.gantry.cli.client;

import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The platforms a person works with, by name.
 *
 * @param current the one that commands are for; {@code null} is the one of {@code GANTRY_HOME}
 */
public record Contexts(String current, Map<String, Context> contexts) {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** @param token what lets us in */
    public record Context(URI url, String token) {}

    public Contexts {
        contexts = contexts == null ? Map.of() : new TreeMap<>(contexts);
    }

    /** {@code GANTRY_CONFIG}, else {@code gantry/contexts.json} in {@code XDG_CONFIG_HOME}, else in {@code ~/.config}. */
    public static Path file(Map<String, String> environment) {
        if (environment.containsKey("GANTRY_CONFIG")) {
            return Path.of(environment.get("GANTRY_CONFIG"));
        }
        String home = environment.getOrDefault("HOME", ".");
        return Path.of(environment.getOrDefault("XDG_CONFIG_HOME", home + "/.config"), "gantry", "contexts.json");
    }

    /** None if there is no such file. */
    public static Contexts read(Path file) throws IOException {
        try {
            return Json.read(Files.readString(file), Contexts.class);
        } catch (NoSuchFileException none) {
            return new Contexts(null, Map.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " can't be read as contexts: " + e.getMessage(), e);
        }
    }

    /** Whole or not at all, and readable by its owner alone: it has tokens. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder, OWNER_ONLY_FOLDER);
        Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part", OWNER_ONLY);
        try {
            Files.writeString(part, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(this));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public Context get(String name) {
        Context found = contexts.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no context " + name + "; there are: " + (contexts.isEmpty() ? "none" : String.join(", ", contexts.keySet()))
                    + ". Make one: gantry context create " + name + " --url URL");
        }
        return found;
    }

    public Contexts with(String name, Context context) {
        Map<String, Context> changed = new TreeMap<>(contexts);
        changed.put(name, context);
        return new Contexts(current, changed);
    }

    public Contexts without(String name) {
        get(name);
        Map<String, Context> changed = new TreeMap<>(contexts);
        changed.remove(name);
        return new Contexts(name.equals(current) ? null : current, changed);
    }

    /** @param name {@code null} for that of {@code GANTRY_HOME} */
    public Contexts using(String name) {
        if (name != null) {
            get(name);
        }
        return new Contexts(name, contexts);
    }
}
