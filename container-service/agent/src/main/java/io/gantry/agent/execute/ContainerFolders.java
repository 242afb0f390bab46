package io.gantry.agent.execute;

import io.gantry.agent.size.SizedFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.files.SpreadFolder;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where everything of a container lies. */
public record ContainerFolders(Path data, Path run) {
    static final String MONITOR = "monitor";

    /** Makes what containers have in common; what belongs to one of them is to lie apart from the others'. */
    void make(SystemCalls calls) {
        try {
            Files.createDirectories(containers());
            Trees.makeFolder(volumes());
            Files.createDirectories(run);
            deleteSpares();
            Trees.delete(spools());
            Files.createDirectories(spools());
            Trees.makeFolder(names());
            Places.make(places());
            Stream.of(containers(), volumes(), names(), run).forEach(folder -> SpreadFolder.spread(calls, folder.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path containers() {
        return data.resolve("containers");
    }

    /** Each volume of the node in a folder by its id, see {@code VolumeFolder}. */
    public Path volumes() {
        return data.resolve("volumes");
    }

    /** Tars on their way into containers and out of them, of the agent that runs: what one before it left goes. */
    public Path spools() {
        return data.resolve("spools");
    }

    /** Where folders lie that were a container's, until they are deleted, see {@link Rubbish}. */
    Path rubbish() {
        return data.resolve("rubbish");
    }

    /** The lowest layer of every container: empty files and folders to mount on, where the image has none. */
    public Path places() {
        return data.resolve("places");
    }

    /** Of a slot: files that become the {@code /etc/hosts} and the like of the container that has it. */
    Path names(String slot) {
        return names().resolve(slot);
    }

    Path names() {
        return data.resolve("names");
    }

    /** Where there are to be {@link #spares}. */
    void makeForSpares(SystemCalls calls) {
        for (Path folder : List.of(spares(data), spares(run))) {
            Trees.makeFolder(folder);
            SpreadFolder.spread(calls, folder.toString());
        }
    }

    void deleteSpares() {
        Stream.of(spares(data), spares(run)).forEach(Trees::delete);
    }

    private static Path spares(Path above) {
        return above.resolve("spares");
    }

    /** Of a slot: what becomes the folders of the container that has it. */
    SpareFolders spares(String slot) {
        return new SpareFolders(spares(data).resolve(slot), spares(run).resolve(slot));
    }

    public Path container(ContainerId id) {
        return containers().resolve(id.value());
    }

    /** The writable layer, owners unshifted: 0 is the container's root. */
    public Path upper(ContainerId id) {
        return container(id).resolve("layer/upper");
    }

    /** The writable layer and overlay's work folder, kept to a size if the container has a limit of its disk. */
    SizedFolder layer(ContainerId id) {
        return new SizedFolder(container(id).resolve("layer"), container(id).resolve("layer.image"));
    }

    /** The current log; older ones are {@code log.1}, {@code log.2}, … */
    public Path log(ContainerId id) {
        return container(id).resolve("log");
    }

    Path record(ContainerId id) {
        return container(id).resolve("run.json");
    }

    Path explanation(ContainerId id) {
        return container(id).resolve("plan.json");
    }

    /** The latest start as a bash script. */
    Path script(ContainerId id) {
        return container(id).resolve("start.sh");
    }

    /** What the monitor wrote of the end. */
    Path exit(ContainerId id) {
        return container(id).resolve("exit");
    }

    Path sockets(ContainerId id) {
        return run.resolve(id.value().substring(0, 16));
    }

    /** Holds its socket to the platform's API. */
    Path api(ContainerId id) {
        return sockets(id).resolve("api");
    }

    /** Holds its sockets that lead to clients. */
    Path clients(ContainerId id) {
        return sockets(id).resolve("clients");
    }

    Path monitor(ContainerId id) {
        return sockets(id).resolve(MONITOR);
    }

    /** Of all containers, whether or not anything else is known of them. */
    List<Path> allSockets() {
        try (Stream<Path> found = Files.list(run)) {
            return found.filter(path -> path.getFileName().toString().matches("[0-9a-f]{16}")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
