package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerView;

/**
 * What a container uses as {@code docker stats} reads it (Docker Engine API 1.47, ContainerStatsResponse, as with control groups of version 1).
 * The client computes its percentages from two samples in one answer.
 */
public final class StatsForm {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private StatsForm() {}

    /** @param before the sample before it, or {@code null} for one alone */
    public static ObjectNode of(ContainerView container, ContainerStats before, ContainerStats now) {
        ObjectNode json = named(container);
        json.put("read", now.at().toString()).put("preread", before == null ? NEVER : before.at().toString());
        pids(json.putObject("pids_stats"), now.pids());
        json.put("num_procs", 0).putObject("storage_stats");
        ArrayNode io = json.putObject("blkio_stats").putArray("io_service_bytes_recursive");
        if (now.io() != null) {
            io.addObject().put("major", 0).put("minor", 0).put("op", "read").put("value", now.io().readBytes());
            io.addObject().put("major", 0).put("minor", 0).put("op", "write").put("value", now.io().writtenBytes());
        }
        cpu(json.putObject("cpu_stats"), now.cpu());
        ObjectNode precpu = json.putObject("precpu_stats");
        cpu(precpu, before == null ? new ContainerStats.Cpu(0, 0, 0, 0, 0, 0, 0) : before.cpu());
        memory(json.putObject("memory_stats"), now.memory());
        ObjectNode networks = json.putObject("networks");
        now.networks().forEach(network -> network(networks.putObject(network.name()), network));
        return json;
    }

    /** Of one that doesn't run, as Docker has it. */
    public static ObjectNode nothing(ContainerView container) {
        return named(container).put("read", NEVER).put("preread", NEVER);
    }

    private static ObjectNode named(ContainerView container) {
        return Json.mapper().createObjectNode().put("name", "/" + container.name()).put("id", container.id().value());
    }

    private static void cpu(ObjectNode json, ContainerStats.Cpu cpu) {
        json.putObject("cpu_usage")
                .put("total_usage", cpu.usageNanos())
                .put("usage_in_kernelmode", cpu.systemNanos())
                .put("usage_in_usermode", cpu.userNanos());
        json.put("system_cpu_usage", cpu.hostNanos()).put("online_cpus", cpu.cores());
        json.putObject("throttling_data").put("periods", 0).put("throttled_periods", cpu.throttledPeriods()).put("throttled_time", cpu.throttledNanos());
    }

    private static void memory(ObjectNode json, ContainerStats.Memory memory) {
        json.put("usage", memory.usageBytes()).put("max_usage", memory.peakBytes()).put("failcnt", memory.limitHits());
        if (memory.limitBytes() != null) {
            json.put("limit", memory.limitBytes());
        }
        json.putObject("stats")
                .put("total_rss", memory.anonymousBytes())
                .put("total_cache", memory.cacheBytes())
                .put("total_inactive_file", memory.inactiveFileBytes());
    }

    private static void pids(ObjectNode json, ContainerStats.Pids pids) {
        json.put("current", pids.current());
        if (pids.limit() != null) {
            json.put("limit", pids.limit());
        }
    }

    private static void network(ObjectNode json, ContainerStats.Network network) {
        json.put("rx_bytes", network.receivedBytes()).put("rx_packets", network.receivedPackets());
        json.put("rx_errors", network.receiveErrors()).put("rx_dropped", network.receiveDrops());
        json.put("tx_bytes", network.sentBytes()).put("tx_packets", network.sentPackets());
        json.put("tx_errors", network.sendErrors()).put("tx_dropped", network.sendDrops());
    }
}
