package io.gantry.agent.execute;

import io.gantry.agent.plan.HostGrant;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RuntimeClasses;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.IdRange;
import java.nio.file.Path;
import java.util.List;

/**
 * What the runtime of one agent works with.
 *
 * @param data keeps containers: writable layers, logs, exit statuses
 * @param run sockets of monitors; a socket's address has room for 107 bytes, so the path is at most 80 long
 * @param firstId the agent's slice of the host's user ids begins here, see {@link IdRange}
 * @param ranges so many containers can run at once, each with 65536 ids; no other agent on this kernel has any of them
 * @param logBytes a log file is rotated before it grows above this
 * @param logFiles so many log files are kept for each container
 * @param parked so many processes are kept ready to become a container's first, see {@link ParkingLot}
 * @param folderGrants folders of the host that containers may have; none by default
 * @param grants what else containers may ask for that takes a part of their isolation away
 * @param classes by what it makes containers
 */
public record RuntimeSettings(
        Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups, long logBytes, int logFiles, int parked,
        List<HostGrant> folderGrants, Grants grants, RuntimeClasses classes) {
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
        if (parked < 0 || parked >= ranges) {
            throw new IllegalArgumentException("fewer processes can be parked than there are id ranges (" + ranges + "), got " + parked);
        }
        folderGrants = List.copyOf(folderGrants);
    }

    public RuntimeSettings(Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups) {
        this(data, run, firstId, ranges, cgroups, DEFAULT_LOG_BYTES, DEFAULT_LOG_FILES, 0);
    }

    /** Without a grant. */
    public RuntimeSettings(
            Path data, Path run, int firstId, int ranges, CgroupHierarchy cgroups, long logBytes, int logFiles, int parked) {
        this(data, run, firstId, ranges, cgroups, logBytes, logFiles, parked, List.of(), Grants.NONE, RuntimeClasses.OWN);
    }

    public RuntimeSettings withParked(int processes) {
        return new RuntimeSettings(data, run, firstId, ranges, cgroups, logBytes, logFiles, processes, folderGrants, grants, classes);
    }

    public RuntimeSettings granting(List<HostGrant> folders) {
        return new RuntimeSettings(data, run, firstId, ranges, cgroups, logBytes, logFiles, parked, folders, grants, classes);
    }

    public RuntimeSettings granting(Grants others) {
        return new RuntimeSettings(data, run, firstId, ranges, cgroups, logBytes, logFiles, parked, folderGrants, others, classes);
    }

    public RuntimeSettings offering(RuntimeClasses others) {
        return new RuntimeSettings(data, run, firstId, ranges, cgroups, logBytes, logFiles, parked, folderGrants, grants, others);
    }

    IdRange range(int slot) {
        return new IdRange(firstId + slot * IdRange.SIZE);
    }
}
