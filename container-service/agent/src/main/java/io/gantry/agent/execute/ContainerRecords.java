package io.gantry.agent.execute;

import io.gantry.agent.disk.WholeFile;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The records of all containers of this agent, one JSON file in each container's folder, replaced by rename. */
record ContainerRecords(ContainerFolders folders) {
    void save(ContainerRecord record) {
        write(folders.record(record.container().id()), Json.write(record));
    }

    Optional<ContainerRecord> load(ContainerId id) {
        return read(folders.record(id), ContainerRecord.class);
    }

    void forget(ContainerId id) {
        Trees.delete(folders.record(id));
    }

    List<ContainerRecord> all() {
        try (Stream<Path> found = Files.list(folders.containers())) {
            return found.filter(path -> path.getFileName().toString().matches("[0-9a-f]{64}"))
                    .map(path -> load(new ContainerId(path.getFileName().toString())))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String json) {
        try {
            // a start waits for this; after a crash of the host nothing runs that it could tell of
            WholeFile.replace(file, json, WholeFile.Sync.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> Optional<T> read(Path file, Class<T> type) {
        if (!Files.exists(file)) { // the usual case of a start: an exception would cost more than all else here
            return Optional.empty();
        }
        try {
            return WholeFile.read(file, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
