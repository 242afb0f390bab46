package io.gantry.agent.execute;

import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has the groups above the containers reserve what the containers below them do, since the kernel grants a group no more than its parent has
 * (cgroup-v2.rst, memory.low). Counted anew from what is there, whoever made it.
 */
record ReservationSums(CgroupHierarchy cgroups) {
    private static final String FILE = "memory.low";

    void count() {
        for (String group : cgroups.reservationSums()) {
            try {
                Files.writeString(Path.of(group, FILE), Long.toString(below(Path.of(group))));
            } catch (IOException e) {
                System.getLogger(ReservationSums.class.getName()).log(System.Logger.Level.WARNING, "memory reserved in " + group + " could not be summed up", e);
            }
        }
    }

    private static long below(Path group) throws IOException {
        try (Stream<Path> found = Files.list(group)) {
            List<Path> groups = found.filter(Files::isDirectory).toList();
            long sum = 0;
            for (Path each : groups) {
                sum += reserved(each.resolve(FILE));
            }
            return sum;
        }
    }

    /** A group may go meanwhile. */
    private static long reserved(Path file) throws IOException {
        try {
            String text = Files.readString(file).strip();
            return text.equals("max") ? 0 : Long.parseLong(text);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
