package io.gantry.cli.container;

import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** Limits that hold from now on, whether the container is made or runs; what isn't given stays as it is. */
public final class LimitOptions {
    @Option(names = {"-m", "--memory"}, description = "at most this much memory, which its node must have left unless less is requested: 64m, 1.5g; 512m by default")
    private String memory;

    @Option(names = "--memory-reservation", description = "so much memory is left to it while others have more than they need, and requested of its node")
    private String reservation;

    @Option(names = "--memory-request", description = "so much memory its node must have left: 64m by default, all of -m if that is given")
    private String memoryRequest;

    @Option(names = "--memory-swap", description = "memory and swap together: 1g; -1 for as much swap as there is; none beyond the memory by default")
    private String memorySwap;

    @Option(names = "--cpus", description = "at most this much processor time, which its node must have left unless less is requested: 0.25, 2")
    private String cpus;

    @Option(names = "--cpu-request", description = "so much processor time its node must have left: 0.1; 0 to share; all of --cpus by default")
    private String cpuRequest;

    @Option(names = "--cpu-weight", description = "share of contended processors, 1 to 10000; 100 by default")
    private Integer cpuWeight;

    @Option(names = {"-c", "--cpu-shares"}, description = "the same in Docker's scale, 2 to 262144; 1024 by default")
    private Integer cpuShares;

    @Option(names = "--cpuset-cpus", description = "cores it may run on: 0-1,3")
    private String cpuset;

    @Option(names = "--cpuset-mems", description = "memory nodes it has memory of: 0")
    private String memoryNodes;

    @Option(names = "--pids-limit", description = "at most this many processes and threads")
    private Integer pids;

    @Option(names = "--oom-score-adj", description = "0 to 1000: taken the sooner when the host runs out of memory")
    private Integer oomScore;

    @Option(names = "--io-weight", description = "share of a contended disk, 1 to 10000; 100 by default")
    private Integer ioWeight;

    @Option(names = "--device-read-bps", paramLabel = "DISK:RATE", description = "reads at most so many bytes a second: /dev/vda:10m")
    private List<String> readBytes = List.of();

    @Option(names = "--device-write-bps", paramLabel = "DISK:RATE", description = "writes at most so many bytes a second")
    private List<String> writeBytes = List.of();

    @Option(names = "--device-read-iops", paramLabel = "DISK:RATE", description = "reads at most so often a second")
    private List<String> readOperations = List.of();

    @Option(names = "--device-write-iops", paramLabel = "DISK:RATE", description = "writes at most so often a second")
    private List<String> writeOperations = List.of();

    @Option(names = "--network-in-bps", description = "at most so many bytes a second from its network: 10m")
    private String networkIn;

    @Option(names = "--network-out-bps", description = "at most so many to it")
    private String networkOut;

    @Option(names = "--huge-pages", paramLabel = "SIZE:LIMIT", description = "at most so much of huge pages of a size: 2MB:64m")
    private List<String> hugePages = List.of();

    Resources onto(Resources before) {
        ResourcesBuilder limits = before.but();
        if (cpus != null) {
            limits.cpu(MilliCpu.parse(cpus));
        }
        if (cpuRequest != null) {
            limits.cpuRequest(MilliCpu.parse(cpuRequest));
        }
        if (cpuWeight != null && cpuShares != null) {
            throw new IllegalArgumentException("--cpu-shares and --cpu-weight are the same in two scales; use one of them");
        }
        if (cpuWeight != null) {
            limits.cpuWeight(cpuWeight);
        } else if (cpuShares != null) {
            limits.cpuWeight((int) Math.clamp(Math.round(cpuShares * 100.0 / 1024), 1, 10_000));
        }
        limits.cpuset(unlessEmpty(cpuset, before.cpuset())).memoryNodes(unlessEmpty(memoryNodes, before.memoryNodes()));
        limits.pids(pids == null ? before.pids() : pids).oomScore(oomScore == null ? before.oomScore() : oomScore);
        limits.ioWeight(ioWeight == null ? before.ioWeight() : ioWeight);
        memory(before, limits);
        limits.networkIn(networkIn == null ? before.networkIn() : Bytes.parse(networkIn));
        limits.networkOut(networkOut == null ? before.networkOut() : Bytes.parse(networkOut));
        limits.devices(devices(before.devices()));
        if (!hugePages.isEmpty()) {
            limits.hugePages(sizes());
        }
        return limits.build();
    }

    private void memory(Resources before, ResourcesBuilder limits) {
        Bytes most = memory == null ? before.memory() : Bytes.parse(memory);
        if (memory != null) {
            limits.memory(most);
        }
        if (reservation != null) {
            limits.memoryReservation(Bytes.parse(reservation));
        }
        if (memoryRequest != null) {
            limits.memoryRequest(Bytes.parse(memoryRequest));
        }
        if (memorySwap != null) {
            boolean all = memorySwap.equals("-1");
            Bytes both = all ? Resources.ALL_SWAP : Bytes.parse(memorySwap);
            if (both.compareTo(most) < 0) {
                throw new IllegalArgumentException("--memory-swap " + memorySwap + " is memory and swap together, so at least " + most);
            }
            limits.swap(all ? both : new Bytes(both.value() - most.value()));
        }
    }

    private static String unlessEmpty(String given, String before) {
        return given == null ? before : given.isEmpty() ? null : given;
    }

    private List<DeviceRate> devices(List<DeviceRate> before) {
        Map<String, DeviceRate> rates = new LinkedHashMap<>();
        before.forEach(rate -> rates.put(rate.device(), rate));
        each("--device-read-bps", readBytes, (disk, rate) -> put(rates, new DeviceRate(disk, Bytes.parse(rate), null, null, null)));
        each("--device-write-bps", writeBytes, (disk, rate) -> put(rates, new DeviceRate(disk, null, Bytes.parse(rate), null, null)));
        each("--device-read-iops", readOperations, (disk, rate) -> put(rates, new DeviceRate(disk, null, null, number("--device-read-iops", rate), null)));
        each("--device-write-iops", writeOperations, (disk, rate) -> put(rates, new DeviceRate(disk, null, null, null, number("--device-write-iops", rate))));
        return List.copyOf(rates.values());
    }

    private static void each(String option, List<String> given, BiConsumer<String, String> action) {
        for (String text : given) {
            String[] parts = split(option, text);
            action.accept(parts[0], parts[1]);
        }
    }

    /** Beside what was said of that disk before. */
    private static void put(Map<String, DeviceRate> rates, DeviceRate given) {
        rates.merge(given.device(), given, (before, now) -> new DeviceRate(
                now.device(),
                or(now.readBytes(), before.readBytes()),
                or(now.writeBytes(), before.writeBytes()),
                or(now.readOperations(), before.readOperations()),
                or(now.writeOperations(), before.writeOperations())));
    }

    private static <T> T or(T given, T before) {
        return given == null ? before : given;
    }

    private Map<String, Bytes> sizes() {
        Map<String, Bytes> sizes = new HashMap<>();
        for (String text : hugePages) {
            String[] parts = split("--huge-pages", text);
            sizes.put(parts[0], Bytes.parse(parts[1]));
        }
        return sizes;
    }

    private static String[] split(String option, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(option + " " + text + " has no limit; write for example " + (option.equals("--huge-pages") ? "2MB:64m" : "/dev/vda:1m"));
        }
        return new String[] {text.substring(0, colon), text.substring(colon + 1)};
    }

    private static long number(String option, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": '" + text + "' is no number", e);
        }
    }
}
