package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;

/** Docker's resource fields and ours. */
final class Limits {
    private static final long DEFAULT_PERIOD = 100_000;

    private Limits() {}

    static Resources read(Fields host) {
        long memory = host.count("Memory");
        Long pids = host.wholeOrNull("PidsLimit", Long.MIN_VALUE, Integer.MAX_VALUE);
        if (pids != null && pids < 0) {
            throw host.unsupported("PidsLimit");
        }
        return new Resources(
                cpu(host),
                weight(host.count("CpuShares")),
                host.textOrNull("CpusetCpus"),
                memory > 0 ? new Bytes(memory) : null,
                pids != null && pids > 0 ? pids.intValue() : null);
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
}
