package io.gantry.cli.client;

import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The platforms a person works with, by name.
 *
 * @param current the one that commands are for; {@code null} is the one of {@code GANTRY_HOME}
 */
public record Contexts(String current, Map<String, Context> contexts) {
    /** @param token what lets us in */
    public record Context(URI url, String token) {}

    public Contexts {
        contexts = contexts == null ? Map.of() : new TreeMap<>(contexts);
    }

    /** {@code GANTRY_CONFIG}, else {@code gantry/contexts.json} in {@code XDG_CONFIG_HOME}, else in {@code ~/.config}. */
    public static Path file(Map<String, String> environment) {
        return environment.containsKey("GANTRY_CONFIG") ? Path.of(environment.get("GANTRY_CONFIG")) : PersonalFiles.folder(environment).resolve("contexts.json");
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

    /** Its owner's alone: it has tokens. */
    public void write(Path file) throws IOException {
        PersonalFiles.write(file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(this));
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
