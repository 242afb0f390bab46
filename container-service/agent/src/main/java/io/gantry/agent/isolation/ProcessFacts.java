package io.gantry.agent.isolation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What procfs says of one process.
 *
 * @param namespaces links of {@code /proc/<pid>/ns} by their names
 * @param status fields of {@code /proc/<pid>/status}
 * @param userMap lines of {@code uid_map}
 * @param mounts topmost last
 */
record ProcessFacts(int pid, Map<String, String> namespaces, Map<String, String> status, List<String> userMap, List<MountPoint> mounts) {
    static Map<String, String> status(List<String> lines) {
        Map<String, String> fields = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return Map.copyOf(fields);
    }

    /** All that it has, or could get by executing something. */
    long capabilities() {
        return Arrays.stream(new String[] {"CapEff", "CapPrm", "CapBnd", "CapAmb"})
                .mapToLong(name -> Long.parseUnsignedLong(status.getOrDefault(name, "0"), 16))
                .reduce(0, (a, b) -> a | b);
    }

    /** What lies there; {@code null} if nothing of its own does. */
    MountPoint at(String path) {
        return mounts.stream().filter(mount -> mount.path().equals(path)).reduce((_, last) -> last).orElse(null);
    }

    boolean is(String field, String value) {
        return value.equals(status.get(field));
    }
}
