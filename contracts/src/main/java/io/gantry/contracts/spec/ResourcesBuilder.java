package io.gantry.contracts.spec;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import java.util.Map;

/** Puts {@link Resources} together by name: what isn't said, or is {@code null}, keeps its default. */
public final class ResourcesBuilder {
    private MilliCpu cpu;
    private Integer cpuWeight;
    private String cpuset;
    private Bytes memory;
    private MilliCpu cpuRequest;
    private Bytes memoryRequest;
    private Integer pids;
    private String memoryNodes;
    private Bytes memoryReservation;
    private Bytes swap;
    private Integer oomScore;
    private Boolean oomGroup;
    private Integer ioWeight;
    private List<DeviceRate> devices;
    private Map<String, Bytes> hugePages;
    private Map<String, Rlimit> rlimits;
    private Bytes shm;
    private Bytes disk;
    private Integer exclusiveCores;
    private Bytes networkIn;
    private Bytes networkOut;

    ResourcesBuilder() {}

    ResourcesBuilder(Resources resources) {
        cpu = resources.cpu();
        cpuWeight = resources.cpuWeight();
        cpuset = resources.cpuset();
        memory = resources.memory();
        pids = resources.pids();
        memoryNodes = resources.memoryNodes();
        memoryReservation = resources.memoryReservation();
        swap = resources.swap();
        oomScore = resources.oomScore();
        oomGroup = resources.oomGroup();
        ioWeight = resources.ioWeight();
        devices = resources.devices();
        hugePages = resources.hugePages();
        rlimits = resources.rlimits();
        shm = resources.shm();
        disk = resources.disk();
        exclusiveCores = resources.exclusiveCores();
        networkIn = resources.networkIn();
        networkOut = resources.networkOut();
        cpuRequest = resources.cpuRequest();
        memoryRequest = resources.memoryRequest();
    }

    /** What was requested before follows from it, unless {@link #cpuRequest} is said after it. */
    public ResourcesBuilder cpu(MilliCpu value) {
        cpu = value;
        cpuRequest = null;
        return this;
    }

    public ResourcesBuilder cpuWeight(Integer value) {
        cpuWeight = value;
        return this;
    }

    public ResourcesBuilder cpuset(String value) {
        cpuset = value;
        return this;
    }

    public ResourcesBuilder cpuRequest(MilliCpu value) {
        cpuRequest = value;
        return this;
    }

    /** What was requested before follows from it, as from {@link #memoryReservation}, unless {@link #memoryRequest} is said after it. */
    public ResourcesBuilder memory(Bytes value) {
        memory = value;
        memoryRequest = null;
        return this;
    }

    public ResourcesBuilder memoryRequest(Bytes value) {
        memoryRequest = value;
        return this;
    }

    public ResourcesBuilder pids(Integer value) {
        pids = value;
        return this;
    }

    public ResourcesBuilder memoryNodes(String value) {
        memoryNodes = value;
        return this;
    }

    public ResourcesBuilder memoryReservation(Bytes value) {
        memoryReservation = value;
        memoryRequest = value == null ? memoryRequest : null;
        return this;
    }

    public ResourcesBuilder swap(Bytes value) {
        swap = value;
        return this;
    }

    public ResourcesBuilder oomScore(Integer value) {
        oomScore = value;
        return this;
    }

    public ResourcesBuilder oomGroup(Boolean value) {
        oomGroup = value;
        return this;
    }

    public ResourcesBuilder ioWeight(Integer value) {
        ioWeight = value;
        return this;
    }

    public ResourcesBuilder devices(List<DeviceRate> value) {
        devices = value;
        return this;
    }

    public ResourcesBuilder hugePages(Map<String, Bytes> value) {
        hugePages = value;
        return this;
    }

    public ResourcesBuilder rlimits(Map<String, Rlimit> value) {
        rlimits = value;
        return this;
    }

    public ResourcesBuilder exclusiveCores(Integer value) {
        exclusiveCores = value;
        return this;
    }

    public ResourcesBuilder disk(Bytes value) {
        disk = value;
        return this;
    }

    public ResourcesBuilder shm(Bytes value) {
        shm = value;
        return this;
    }

    public ResourcesBuilder networkIn(Bytes value) {
        networkIn = value;
        return this;
    }

    public ResourcesBuilder networkOut(Bytes value) {
        networkOut = value;
        return this;
    }

    public Resources build() {
        return new Resources(
                cpu, cpuWeight, cpuset, memory, pids, memoryNodes, memoryReservation, swap, oomScore, oomGroup, ioWeight, devices, hugePages, rlimits,
                shm, networkIn, networkOut, disk, exclusiveCores, cpuRequest, memoryRequest);
    }
}
