package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Docker's resource fields and ours. */
final class Limits {
    private static final long DEFAULT_PERIOD = 100_000;

    private Limits() {}

    /** What {@code host} says of limits, those of {@code before} where it says nothing. */
    static Resources read(Fields host, Resources before) {
        ResourcesBuilder limits = before.but();
        // a limit is no claim on a node there, and who has nothing of his own still has his share
        given(cpu(host), most -> limits.cpu(most).cpuRequest(MilliCpu.ZERO));
        given(weight(host.count("CpuShares")), limits::cpuWeight);
        given(host.textOrNull("CpusetCpus"), limits::cpuset);
        given(host.textOrNull("CpusetMems"), limits::memoryNodes);
        memory(host, before, limits);
        Long pids = host.wholeOrNull("PidsLimit", Long.MIN_VALUE, Integer.MAX_VALUE);
        if (pids != null && pids < 0) {
            throw host.unsupported("PidsLimit");
        }
        given(pids != null && pids > 0 ? pids.intValue() : null, limits::pids);
        // no weight of Docker's own: 10 to 1000, as cgroup v1 has it
        long io = host.whole("BlkioWeight", 0, 1000);
        given(io == 0 ? null : ioWeight(io), limits::ioWeight);
        devices(host, before, limits);
        return limits.build();
    }

    /** What a container gets at its start and keeps. */
    static Resources fixed(Fields host, Resources limits) {
        ResourcesBuilder more = limits.but();
        long score = host.whole("OomScoreAdj", -1000, 1000);
        if (score < 0) {
            throw host.unsupported("OomScoreAdj");
        }
        given(score == 0 ? null : (int) score, more::oomScore);
        long shm = host.count("ShmSize");
        given(shm == 0 ? null : new Bytes(shm), more::shm);
        String disk = host.in("StorageOpt").text("size");
        given(disk.isEmpty() ? null : size(disk), more::disk);
        Map<String, Rlimit> rlimits = new HashMap<>();
        for (Fields one : host.list("Ulimits")) {
            Long soft = one.wholeOrNull("Soft", -1, Long.MAX_VALUE);
            rlimits.put(one.text("Name"), new Rlimit(soft == null ? 0 : soft, one.wholeOrNull("Hard", -1, Long.MAX_VALUE)));
        }
        given(rlimits.isEmpty() ? null : rlimits, more::rlimits);
        return more.build();
    }

    private static Bytes size(String text) {
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid storage option: size=" + text + ": " + e.getMessage());
        }
    }

    private static <T> void given(T value, Consumer<T> use) {
        if (value != null) {
            use.accept(value);
        }
    }

    /** Docker's {@code MemorySwap} is memory and swap together; -1 is as much swap as there is. */
    private static void memory(Fields host, Resources before, ResourcesBuilder limits) {
        long memory = host.count("Memory");
        given(memory > 0 ? new Bytes(memory) : null, limits::memory);
        long reservation = host.count("MemoryReservation");
        given(reservation > 0 ? new Bytes(reservation) : null, limits::memoryReservation);
        long both = host.whole("MemorySwap", -1, Long.MAX_VALUE);
        if (both == -1) {
            limits.swap(Resources.ALL_SWAP);
        } else if (both > 0) {
            long alone = memory > 0 ? memory : before.memory().value();
            if (both < alone) {
                throw new DockerRefusal(400, "Minimum memoryswap limit should be larger than memory limit, see usage");
            }
            limits.swap(new Bytes(both - alone));
        }
    }

    private static MilliCpu cpu(Fields host) {
        long nano = host.count("NanoCpus");
        // -1 is Docker's "no limit"
        long quota = host.whole("CpuQuota", -1, Long.MAX_VALUE / 1000);
        long period = host.whole("CpuPeriod", 0, 1_000_000);
        if (nano > 0 && (quota > 0 || period > 0)) {
            throw new DockerRefusal(400, "Conflicting options: Nano CPUs cannot be set together with CPU Quota or CPU Period");
        }
        if (nano > 0) {
            return new MilliCpu(nano / 1_000_000);
        }
        return quota > 0 ? new MilliCpu(quota * 1000 / (period > 0 ? period : DEFAULT_PERIOD)) : null;
    }

    /** Shares (2 to 262144, 1024 by default) as weight (1 to 10000, 100 by default). */
    private static Integer weight(long shares) {
        return shares == 0 ? null : (int) Math.clamp(Math.round(shares * 100.0 / 1024), 1, 10_000);
    }

    /** 10 to 1000 as 1 to 10000, as runc does for cgroup v2. */
    private static int ioWeight(long weight) {
        return (int) (1 + (Math.max(weight, 10) - 10) * 9999 / 990);
    }

    private static void devices(Fields host, Resources before, ResourcesBuilder limits) {
        DiskRates rates = new DiskRates(before.devices());
        host.list("BlkioDeviceReadBps").forEach(one -> rates.put(one, DiskRates.READ_BYTES));
        host.list("BlkioDeviceWriteBps").forEach(one -> rates.put(one, DiskRates.WRITE_BYTES));
        host.list("BlkioDeviceReadIOps").forEach(one -> rates.put(one, DiskRates.READ_OPERATIONS));
        host.list("BlkioDeviceWriteIOps").forEach(one -> rates.put(one, DiskRates.WRITE_OPERATIONS));
        limits.devices(rates.all());
    }

    /** As inspect shows them. */
    static void show(Resources limits, ObjectNode json) {
        json.put("Memory", limits.memory().value()).put("NanoCpus", limits.cpu() == null ? 0 : limits.cpu().value() * 1_000_000);
        json.put("MemoryReservation", limits.memoryReservation() == null ? 0 : limits.memoryReservation().value());
        json.put("MemorySwap", limits.swap().compareTo(Resources.ALL_SWAP) >= 0 ? -1 : limits.memory().value() + limits.swap().value());
        json.put("CpuShares", limits.cpuWeight() == 100 ? 0 : Math.round(limits.cpuWeight() * 10.24));
        json.put("CpusetCpus", limits.cpuset() == null ? "" : limits.cpuset());
        json.put("CpusetMems", limits.memoryNodes() == null ? "" : limits.memoryNodes());
        json.put("PidsLimit", limits.pids()).put("OomScoreAdj", limits.oomScore()).put("OomKillDisable", false);
        json.put("BlkioWeight", limits.ioWeight() == 100 ? 0 : 10 + (limits.ioWeight() - 1) * 990 / 9999).put("ShmSize", limits.sharedMemory().value());
        if (limits.disk() != null) {
            json.putObject("StorageOpt").put("size", Long.toString(limits.disk().value()));
        }
        new DiskRates(limits.devices()).show(json);
        ArrayNode ulimits = json.putArray("Ulimits");
        new TreeMap<>(limits.rlimits()).forEach((name, limit) -> ulimits.addObject().put("Name", name).put("Soft", limit.soft()).put("Hard", limit.hard()));
    }
}
