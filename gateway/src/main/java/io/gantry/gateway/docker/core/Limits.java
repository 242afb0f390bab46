package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;

/** Docker's resource fields and ours. */
final class Limits {
    private Limits() {}

    static Resources read(JsonNode host) {
        String cpuset = host.path("CpusetCpus").asText("");
        long memory = host.path("Memory").asLong();
        long pids = host.path("PidsLimit").asLong();
        return new Resources(
                cpu(host), weight(host.path("CpuShares").asInt()), cpuset.isEmpty() ? null : cpuset,
                memory > 0 ? new Bytes(memory) : null, pids > 0 ? Math.toIntExact(pids) : null);
    }

    private static MilliCpu cpu(JsonNode host) {
        long nano = host.path("NanoCpus").asLong();
        if (nano > 0) {
            return new MilliCpu(nano / 1_000_000);
        }
        long quota = host.path("CpuQuota").asLong();
        long period = host.path("CpuPeriod").asLong() > 0 ? host.path("CpuPeriod").asLong() : 100_000;
        return quota > 0 ? new MilliCpu(quota * 1000 / period) : null;
    }

    /** Shares (2 to 262144, 1024 by default) as weight (1 to 10000, 100 by default). */
    private static Integer weight(int shares) {
        return shares <= 0 ? null : (int) Math.clamp(Math.round(shares * 100.0 / 1024), 1, 10_000);
    }
}
