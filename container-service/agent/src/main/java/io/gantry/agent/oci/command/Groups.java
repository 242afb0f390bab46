package io.gantry.agent.oci.command;

import io.gantry.agent.oci.plan.BundleGroups;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A container's groups as they are on this host. */
record Groups(SystemCalls calls) {
    /** An empty one that was left is taken away, so that it starts with nobody's settings. */
    void mustBeFree(BundleGroups groups) throws IOException {
        for (String folder : groups.all()) {
            if (Files.isDirectory(Path.of(folder)) && !processes(folder).isEmpty()) {
                throw new IllegalStateException("linux.cgroupsPath: %s has processes in it already: %s".formatted(folder, processes(folder)));
            }
        }
        remove(groups);
    }

    /** All processes, also of groups that were made below. */
    List<Integer> members(BundleGroups groups) throws IOException {
        return below(Path.of(groups.unified())).stream().flatMap(folder -> processes(folder.toString()).stream()).distinct().toList();
    }

    private static List<Integer> processes(String folder) {
        try {
            return Files.readString(Path.of(folder, "cgroup.procs")).lines().map(Integer::valueOf).toList();
        } catch (IOException e) {
            return List.of(); // it has gone
        }
    }

    /** Nobody is in them any more. */
    void remove(BundleGroups groups) throws IOException {
        for (String group : groups.all()) {
            for (Path folder : below(Path.of(group))) {
                calls.removeFolder(folder.toString());
            }
        }
    }

    /** The deepest first. */
    private static List<Path> below(Path group) throws IOException {
        try (Stream<Path> all = Files.walk(group)) {
            return all.filter(Files::isDirectory).sorted(Comparator.comparing(Path::getNameCount).reversed()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
