package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Fields of Docker's HostConfig that would change what the container may do or see, and that we can't follow yet. */
final class Unsupported {
    private static final List<String> FIELDS =
            List.of(
                    "Binds", "Mounts", "VolumesFrom", "Tmpfs", "Privileged", "CapAdd", "CapDrop", "Devices", "DeviceRequests", "DeviceCgroupRules",
                    "Links", "Sysctls", "SecurityOpt", "Ulimits", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd", "CgroupParent",
                    "PidMode", "UTSMode", "UsernsMode", "PublishAllPorts", "VolumeDriver", "BlkioWeight", "CpuRealtimePeriod", "CpuRealtimeRuntime",
                    "CpusetMems", "MemoryReservation", "OomKillDisable", "OomScoreAdj", "ShmSize", "StorageOpt");

    private Unsupported() {}

    static void check(JsonNode host) {
        for (String field : FIELDS) {
            if (says(host.path(field))) {
                throw DockerRefusal.notSupported("HostConfig." + field);
            }
        }
        String ipc = host.path("IpcMode").asText("");
        if (!ipc.isEmpty() && !ipc.equals("private")) {
            throw DockerRefusal.notSupported("HostConfig.IpcMode '" + ipc + "'");
        }
        long swap = host.path("MemorySwap").asLong();
        if (swap > 0 && swap != host.path("Memory").asLong()) {
            throw DockerRefusal.notSupported("HostConfig.MemorySwap");
        }
    }

    private static boolean says(JsonNode value) {
        return value.isContainerNode() ? !value.isEmpty() : !value.isMissingNode() && !List.of("", "0", "false", "null").contains(value.asText());
    }
}
