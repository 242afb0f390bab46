package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Limits on one container, and what is requested of its node: a node takes it only while that much is left of what it has, and no other container is
 * given that. What is allowed beyond a request may be given to several.
 *
 * @param cpu at most this much processor time; {@code null} is no limit
 * @param cpuWeight share under contention, 1 to 10000, cgroup v2's scale; 100 by default; without a meaning for who has its cores alone
 * @param cpuset cores it may run on, {@code "0-1,3"}; {@code null} is all
 * @param memory at most this much memory, page cache included; 512 MiB by default, so that no container can take the host
 * @param pids at most this many processes and threads; 4096 by default
 * @param memoryNodes memory nodes (NUMA) it gets memory from, {@code "0"}; {@code null} is all
 * @param memoryReservation so much of its memory is left to it while others of the host still have some above theirs; {@code null} is none
 * @param swap so much swap beyond {@code memory}; none by default, so that its memory is all it can take; {@link #ALL_SWAP} or more is what the host has
 * @param oomScore 0 to 1000, added to its processes' badness when the host runs out of memory; 0 by default. Never below 0: a container is no more
 *     precious than the host's own programs
 * @param oomGroup when it runs out of memory all of it ends, not one process of it; off by default; cgroup v2 only
 * @param ioWeight share of a contended disk, 1 to 10000; 100 by default
 * @param devices at most one entry a device
 * @param hugePages at most this much of each size of huge pages, by the kernel's name of it, {@code 2MB}
 * @param rlimits by setrlimit(2)'s name in small letters without {@code RLIMIT_}; never above what the agent itself may have: it says so where it gives less
 * @param networkIn at most so many bytes a second from its network; {@code null} is no limit
 * @param networkOut at most so many to it
 * @param shm size of {@code /dev/shm}; {@code null}: see {@link #sharedMemory}. What is in it counts as the container's memory
 * @param cpuRequest so much processor time is requested; what {@code cpu} is by default, and nothing without that
 * @param memoryRequest so much memory is requested; by default {@code memoryReservation}, else {@code memory} if that is said, else 64 MiB
 * @param exclusiveCores so many cores of its own, which no other container of its node runs on; {@code null} is none. It runs on no others
 * @param disk at most so much in its writable layer, what the layer's own file system needs included; {@code null} is what its node's disk has
 */
public record Resources(
        MilliCpu cpu,
        Integer cpuWeight,
        String cpuset,
        Bytes memory,
        Integer pids,
        String memoryNodes,
        Bytes memoryReservation,
        Bytes swap,
        Integer oomScore,
        Boolean oomGroup,
        Integer ioWeight,
        List<DeviceRate> devices,
        Map<String, Bytes> hugePages,
        Map<String, Rlimit> rlimits,
        Bytes shm,
        Bytes networkIn,
        Bytes networkOut,
        Bytes disk,
        Integer exclusiveCores,
        MilliCpu cpuRequest,
        Bytes memoryRequest) {
    /** 2^62, which JavaScript holds exactly. */
    public static final Bytes ALL_SWAP = new Bytes(1L << 62);

    /** Those of getrlimit(2). */
    public static final Set<String> RLIMITS =
            Set.of(
                    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending",
                    "stack", "as");

    /** The kernel's PID_MAX_LIMIT on machines of 64 bits. */
    private static final int MOST_PIDS = 1 << 22;

    private static final int MOST_WEIGHT = 10_000;

    /** Characters of a list of cores or memory nodes: each core that there can be, alone. */
    private static final int LONGEST_LIST = 5 * 8192;

    /** The kernel's CONFIG_NR_CPUS is nowhere more. */
    private static final int MOST_CORES = 8192;

    private static final Bytes USUAL_MEMORY = Bytes.mebi(512);

    /** Of who says nothing of memory: most need no more, and a host takes as many as people are used to. */
    private static final Bytes USUAL_REQUEST = Bytes.mebi(64);

    private static final Bytes LEAST_SHARED = Bytes.mebi(64);

    /** A file system needs some of it itself. */
    private static final Bytes LEAST_DISK = Bytes.mebi(16);

    public static final Resources DEFAULT = limits().build();

    public Resources {
        cpuWeight = cpuWeight == null ? 100 : cpuWeight;
        cpuRequest = cpuRequest == null ? cpu : cpuRequest;
        memoryRequest = memoryRequest != null ? memoryRequest : memoryReservation != null ? memoryReservation : memory == null ? USUAL_REQUEST : memory;
        memory = memory == null ? USUAL_MEMORY : memory;
        pids = pids == null ? 4096 : pids;
        swap = swap == null ? Bytes.ZERO : swap;
        oomScore = oomScore == null ? 0 : oomScore;
        oomGroup = oomGroup != null && oomGroup;
        ioWeight = ioWeight == null ? 100 : ioWeight;
        devices = devices == null ? List.of() : Check.complete("devices", devices);
        hugePages = Check.complete("hugePages", hugePages);
        rlimits = Check.complete("rlimits", rlimits);
        Check.within("cpuWeight", cpuWeight, 1, MOST_WEIGHT);
        Check.within("pids", pids, 1, MOST_PIDS);
        Check.within("oomScore", oomScore, 0, 1000);
        Check.within("ioWeight", ioWeight, 1, 10_000);
        if (memory.value() < 4 << 20) {
            throw new BadField("memory", "memory is at least 4 MiB, got " + memory, "sizes are bytes: 67108864 for 64 MiB");
        }
        if (memoryReservation != null && memoryReservation.compareTo(memory) > 0) {
            throw new BadField("memoryReservation", "memoryReservation is at most memory, which is " + memory + "; got " + memoryReservation);
        }
        if (memoryRequest.compareTo(memory) > 0) {
            throw new BadField("memoryRequest", "memoryRequest is at most memory, which is " + memory + "; got " + memoryRequest);
        }
        if (cpu != null && cpu.value() < 10) {
            throw new BadField("cpu", "cpu is at least 10 thousandths of a core, got " + cpu.value(), "write 500 for half a core");
        }
        if (cpu != null && cpuRequest.compareTo(cpu) > 0) {
            throw new BadField("cpuRequest", "cpuRequest is at most cpu, which is " + cpu + "; got " + cpuRequest, "write 500 for half a core");
        }
        if (cpuset != null && !numbers(cpuset)) {
            throw new BadField("cpuset", "cpuset is a list of cores, got '" + cpuset + "'", "write for example 0-1,3");
        }
        if (memoryNodes != null && !numbers(memoryNodes)) {
            throw new BadField("memoryNodes", "memoryNodes is a list of memory nodes, got '" + memoryNodes + "'", "write for example 0");
        }
        if (shm != null && shm.value() < 4096) {
            throw new BadField("shm", "shm is at least 4 KiB, got " + shm, "sizes are bytes: 67108864 for 64 MiB");
        }
        if (exclusiveCores != null) {
            Check.within("exclusiveCores", exclusiveCores, 1, MOST_CORES);
            if (cpuset != null) {
                throw new BadField("exclusiveCores", "exclusiveCores and cpuset contradict each other: which cores are its own is its node's choice", "leave one out");
            }
        }
        if (disk != null && disk.compareTo(LEAST_DISK) < 0) {
            throw new BadField("disk", "disk is at least " + LEAST_DISK + ", got " + disk, "sizes are bytes: 1073741824 for 1 GiB; leave it out for no limit");
        }
        rate("networkIn", networkIn);
        rate("networkOut", networkOut);
        onePerDevice(devices);
        hugePages.keySet().stream().filter(size -> !size.matches("\\d{1,4}[KMG]B")).findFirst().ifPresent(size -> {
            throw new BadField("hugePages", "hugePages has the size '" + size + "'", "write it as in /sys/fs/cgroup: 2MB or 1GB");
        });
        rlimits.keySet().stream().filter(name -> !RLIMITS.contains(name)).findFirst().ifPresent(name -> {
            throw new BadField("rlimits." + name, "rlimits has '" + name + "', which setrlimit(2) doesn't know", "write for example nofile");
        });
    }

    /** Limits in the making: all by default. */
    public static ResourcesBuilder limits() {
        return new ResourcesBuilder();
    }

    /** Limits in the making: all as they are here. */
    public ResourcesBuilder but() {
        return new ResourcesBuilder(this);
    }

    /** What is requested of the node's processors: at least the cores that nobody else runs on. */
    @JsonIgnore
    public MilliCpu requestedCpu() {
        long own = exclusiveCores == null ? 0 : exclusiveCores * 1000L;
        return new MilliCpu(Math.max(own, cpuRequest == null ? 0 : cpuRequest.value()));
    }

    /**
     * The same, bound to these cores, whoever chose them. Who has them alone gets the greatest weight, which no other container loses by. The
     * kernel gives the groups above all containers on each core a part of their weight as what runs there weighs in all that is below them
     * (sched/fair.c, calc_group_shares): with a usual weight, busy neighbours on other cores would leave it little against the host's own programs.
     */
    public Resources boundTo(String cores) {
        return but().exclusiveCores(null).cpuset(cores).cpuWeight(exclusiveCores == null ? cpuWeight : MOST_WEIGHT).build();
    }

    /**
     * The size of {@code /dev/shm}: {@link #shm}, else half of {@link #memory}, but at least 64 MiB, which is what programs are used to, and never more
     * than all of the memory, for what is in it counts.
     */
    @JsonIgnore
    public Bytes sharedMemory() {
        if (shm != null) {
            return shm;
        }
        long half = Math.max(memory.value() / 2, LEAST_SHARED.value());
        return new Bytes(Math.min(half, memory.value()));
    }

    private static void rate(String field, Bytes perSecond) {
        if (perSecond != null && perSecond.value() < 1024) {
            throw new BadField(field, field + " is at least 1 KiB per second, got " + perSecond, "write 1048576 for 1 MiB; leave it out for no limit");
        }
    }

    private static void onePerDevice(List<DeviceRate> devices) {
        Set<String> named = new HashSet<>();
        for (int i = 0; i < devices.size(); i++) {
            if (!named.add(devices.get(i).device())) {
                throw new BadField("devices[" + i + "]", "devices has " + devices.get(i).device() + " twice", "put its limits into one entry");
            }
        }
    }

    private static boolean numbers(String text) {
        return text.length() <= LONGEST_LIST
                && text.matches("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*")
                && Arrays.stream(text.split(",")).map(part -> part.split("-")).allMatch(ends -> Integer.parseInt(ends[0]) <= Integer.parseInt(ends[ends.length - 1]));
    }
}
