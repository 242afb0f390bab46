package io.gantry.agent.oci.command;

import io.gantry.agent.disk.WholeFile;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder for each container below {@code --root}: its state, the config it was made by, and until it is started the socket on which its
 * first process waits. Files are replaced by rename.
 */
record StateFolder(Path root) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_+.-]{0,1023}");
    private static final String STATE = "state.json";

    /** @throws IllegalStateException if there is one of that name already */
    void make(String id) throws IOException {
        Files.createDirectories(root);
        try {
            Files.createDirectory(of(id), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException("container %s exists already in %s: delete it, or take another name".formatted(id, root));
        }
    }

    Path of(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a container's name is letters, digits, _, +, - and ., got '" + id + "'");
        }
        return root.resolve(id);
    }

    Path start(String id) {
        return of(id).resolve("start");
    }

    Path config(String id) {
        return of(id).resolve("config.json");
    }

    boolean there(String id) {
        return Files.isDirectory(of(id));
    }

    void save(BundleState state) throws IOException {
        WholeFile.replace(of(state.id()).resolve(STATE), Json.write(state), WholeFile.Sync.NONE);
    }

    BundleState load(String id) {
        try {
            return Json.read(Files.readString(of(id).resolve(STATE)), BundleState.class);
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("container %s does not exist in %s".formatted(id, root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forget(String id) {
        try (Stream<Path> files = Files.list(of(id))) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(of(id));
        } catch (NoSuchFileException e) {
            // somebody else was quicker
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By name. */
    List<BundleState> all() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> Files.exists(folder.resolve(STATE))).map(folder -> folder.getFileName().toString()).sorted().map(this::load).toList();
        }
    }
}
