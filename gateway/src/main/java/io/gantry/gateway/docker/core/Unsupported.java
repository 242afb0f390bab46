package io.gantry.gateway.docker.core;

import java.util.Map;

/** A no to a field of Docker's API, with what to do instead. */
public final class Unsupported {
    private static final String NO_WAY_OUT = "root inside would be root outside, and no node grants that";
    private static final String FIXED_PATHS = "what tells of the whole host stays hidden";
    private static final String FIXED_NAMESPACES = "every container has namespaces of its own";
    private static final String NOT_THE_HOSTS = "a container has its own, container:NAME for another's, or host";
    private static final String NOT_ANOTHERS = "a container has its own, or host";
    private static final String OF_IPV4 = "networks are of IPv4";
    private static final String OWN_LIMITS = "steps have the limits that image-service is set to";
    private static final String READY_OR_BACK = "a rollout goes on as soon as what it made is ready, and back when it comes no further for two minutes";

    /** By the field's last name. */
    private static final Map<String, String> INSTEAD =
            Map.ofEntries(
                    Map.entry("VolumeDriver", "volumes are folders of the node, driver local"),
                    Map.entry("Driver", "volumes are folders of the node, driver local"),
                    Map.entry("SecurityOpt", "use no-new-privileges or seccomp=file.json"),
                    Map.entry("MaskedPaths", FIXED_PATHS),
                    Map.entry("ReadonlyPaths", FIXED_PATHS),
                    Map.entry("DeviceRequests", "name each device with --device"),
                    Map.entry("DeviceCgroupRules", "name each device with --device"),
                    Map.entry("IpcMode", NOT_THE_HOSTS),
                    Map.entry("PidMode", NOT_THE_HOSTS),
                    Map.entry("UTSMode", NOT_ANOTHERS),
                    Map.entry("UsernsMode", NO_WAY_OUT),
                    Map.entry("CgroupnsMode", FIXED_NAMESPACES),
                    Map.entry("Dns", OF_IPV4),
                    Map.entry("ExtraHosts", OF_IPV4),
                    Map.entry("Links", "containers of one network find each other by name"),
                    Map.entry("LogConfig", "output is kept on the node; docker logs shows it"),
                    Map.entry("Type", "output is kept on the node; docker logs shows it"),
                    Map.entry("max-size", "every log has a limit, 10 MiB a file unless you give one"),
                    Map.entry("PidsLimit", "every container has a limit, 4096 unless you give one"),
                    Map.entry("OomScoreAdj", "a container is no more precious than the host's own programs; 0 to 1000 can be had"),
                    Map.entry("OomKillDisable", "a container that can't be ended when memory runs out would hold the host; leave it out"),
                    Map.entry("IPv6Address", OF_IPV4),
                    Map.entry("LinkLocalIPs", "a container has one address on a network"),
                    Map.entry("IPRange", "addresses are leased from the whole subnet"),
                    Map.entry("Gateway", "each node has an address of its own on a network"),
                    Map.entry("AuxiliaryAddresses", "addresses are leased by Gantry"),
                    Map.entry("Internal", "containers of every network reach the outside"),
                    Map.entry("EnableIPv6", OF_IPV4),
                    Map.entry("UpdateConfig", "a job runs anew, and is not rolled out bit by bit"),
                    Map.entry("Constraints", "nodes are told apart by node.hostname, node.id, node.role, node.platform.arch and node.labels"),
                    Map.entry("SpreadDescriptor", "replicas are spread over the values of a label: node.labels.LABEL"),
                    Map.entry("MaxReplicas", "replicas are spread over the nodes anyway"),
                    Map.entry("Condition", "a replica that ends is started again: any, or on-failure"),
                    Map.entry("MaxAttempts", "it counts with --restart-condition on-failure"),
                    Map.entry("Window", "a run of 10 s makes the next wait the first again"),
                    Map.entry("Delay", READY_OR_BACK),
                    Map.entry("Monitor", READY_OR_BACK),
                    Map.entry("MaxFailureRatio", READY_OR_BACK),
                    Map.entry("FailureAction", "a rollout that fails is rolled back"),
                    Map.entry("RollbackConfig", "a rollback goes as an update does: say the same of both, or leave it out"),
                    Map.entry("PublishMode", "a port is published on every node, and leads to all replicas: ingress"),
                    Map.entry("Mode", "every service has a virtual IP: vip"),
                    Map.entry("Availability", "there are active and drain"),
                    Map.entry("Role", "the control plane is not on the nodes, so that none is promoted or demoted"),
                    Map.entry("NetworkAttachmentSpec", "containers join networks by docker run --network"),
                    Map.entry("PluginSpec", "there are no plugins"));

    /** By the parameter's name. */
    private static final Map<String, String> WITHOUT =
            Map.ofEntries(
                    Map.entry("link", "containers find each other by name, so that there are no links to remove"),
                    Map.entry("manifests", "an image here is for one platform"),
                    Map.entry("checkpoint", "a container can't be frozen to its files"),
                    Map.entry("checkpoint-dir", "a container can't be frozen to its files"),
                    Map.entry("pause", "a container stands still while its changes are read"),
                    Map.entry("remote", "send the context as a tar"),
                    Map.entry("extrahosts", OF_IPV4),
                    Map.entry("networkmode", "steps are on the default network, none, or their node's: host"),
                    Map.entry("outputs", "a build makes an image"),
                    Map.entry("squash", "every instruction keeps its layer"),
                    Map.entry("memory", OWN_LIMITS),
                    Map.entry("memswap", OWN_LIMITS),
                    Map.entry("ulimits", OWN_LIMITS),
                    Map.entry("keep-storage", "how much builds keep isn't counted; say until when by --filter until=24h"));

    private Unsupported() {}

    /** Of a query. @param value which of its values can't be followed */
    public static DockerRefusal parameter(String name, String value) {
        return DockerRefusal.notSupported("the parameter " + name + " '" + value + "'", WITHOUT.getOrDefault(name, "leave it out"));
    }

    /** Of a query. */
    public static DockerRefusal parameter(String name) {
        return DockerRefusal.notSupported("the parameter " + name, WITHOUT.getOrDefault(name, "leave it out"));
    }

    /** @param what more to say of the field at {@code path} */
    static DockerRefusal refusal(String path, String what) {
        String instead = INSTEAD.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "leave it out");
        return DockerRefusal.notSupported(path + what, instead);
    }
}
