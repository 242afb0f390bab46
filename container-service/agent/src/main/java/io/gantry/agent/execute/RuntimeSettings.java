package io.gantry.agent.execute;

import io.gantry.agent.runtime.Grants;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.IdRange;
import java.nio.file.Path;

/**
 * What the runtime of one agent works with.
 *
 * @param data keeps containers: writable layers, logs, exit statuses
 * @param run sockets of monitors; a socket's address has room for 107 bytes, so the path is at most 80 long
 * @param firstId the agent's slice of the host's user ids begins here, see {@link IdRange}
 * @param ranges so many containers can run at once, each with 65536 ids; no other agent on this kernel has any of them
 * @param logBytes a log file is rotated before it grows above this
 * @param logFiles so many log files are kept for each container
 * @param grants what containers may ask for that takes a part of their isolation away
 */
public record RuntimeSettings(
        Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups, long logBytes, int logFiles, Grants grants) {
    public static final long DEFAULT_LOG_BYTES = 10L << 20;
    public static final int DEFAULT_LOG_FILES = 3;

    public RuntimeSettings {
        data = data.toAbsolutePath().normalize();
        run = run.toAbsolutePath().normalize();
        if (run.toString().length() > 80) {
            throw new IllegalArgumentException("the run folder's path is at most 80 bytes, so that sockets fit: " + run);
        }
        if (ranges < 1 || firstId + (long) ranges * IdRange.SIZE > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the id slice must lie below 2147483647: " + ranges + " ranges from " + firstId);
        }
        new IdRange(firstId);
    }

    public RuntimeSettings(Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups) {
        this(data, run, firstId, ranges, cgroups, Grants.NONE);
    }

    public RuntimeSettings(Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups, Grants grants) {
        this(data, run, firstId, ranges, cgroups, DEFAULT_LOG_BYTES, DEFAULT_LOG_FILES, grants);
    }

    IdRange range(int slot) {
        return new IdRange(firstId + slot * IdRange.SIZE);
    }
}
