package io.gantry.gateway.docker.core;

import java.util.Map;

/** A no to a field of Docker's API, with what to do instead. */
public final class Unsupported {
    private static final String NAME_EACH = "name each volume, as in -v data:/var/lib/data";
    private static final String NO_WAY_OUT = "root inside would be root outside, and no node grants that";
    private static final String FIXED_PATHS = "what tells of the whole host stays hidden";
    private static final String FIXED_NAMESPACES = "every container has namespaces of its own";
    private static final String NOT_THE_HOSTS = "a container has its own, container:NAME for another's, or host";
    private static final String NOT_ANOTHERS = "a container has its own, or host";
    private static final String OF_IPV4 = "networks are of IPv4";

    /** By the field's last name. */
    private static final Map<String, String> INSTEAD =
            Map.ofEntries(
                    Map.entry("VolumesFrom", NAME_EACH),
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
                    Map.entry("PublishAllPorts", "publish each port with -p"),
                    Map.entry("Dns", OF_IPV4),
                    Map.entry("ExtraHosts", OF_IPV4),
                    Map.entry("Links", "containers of one network find each other by name"),
                    Map.entry("LogConfig", "output is kept on the node; docker logs shows it"),
                    Map.entry("Type", "output is kept on the node; docker logs shows it"),
                    Map.entry("max-size", "every log has a limit, 10 MiB a file unless you give one"),
                    Map.entry("PidsLimit", "every container has a limit, 4096 unless you give one"),
                    Map.entry("OomScoreAdj", "a container is no more precious than the host's own programs; 0 to 1000 can be had"),
                    Map.entry("OomKillDisable", "a container that can't be ended when memory runs out would hold the host; leave it out"),
                    Map.entry("MacAddress", "an address follows from the leased one"),
                    Map.entry("IPv6Address", OF_IPV4),
                    Map.entry("LinkLocalIPs", "a container has one address on a network"),
                    Map.entry("IPRange", "addresses are leased from the whole subnet"),
                    Map.entry("Gateway", "each node has an address of its own on a network"),
                    Map.entry("AuxiliaryAddresses", "addresses are leased by Gantry"),
                    Map.entry("Internal", "containers of every network reach the outside"),
                    Map.entry("EnableIPv6", OF_IPV4));

    /** By the parameter's name. */
    private static final Map<String, String> WITHOUT =
            Map.of(
                    "size", "how much a container's own files take isn't counted; leave -s out",
                    "signal", "a container is stopped by the signal it was made with; docker kill sends another one",
                    "link", "containers find each other by name, so that there are no links to remove",
                    "copyUIDGID", "files keep the owners that the archive says; leave -a out",
                    "manifests", "an image here is for one platform",
                    "checkpoint", "a container can't be frozen to its files",
                    "checkpoint-dir", "a container can't be frozen to its files",
                    "pause", "a container stands still while its changes are read");

    private Unsupported() {}

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
