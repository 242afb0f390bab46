package io.gantry.gateway.docker.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The fields that Docker's Engine API (up to 1.47) has in an object of a body, and what is known of those that are objects themselves. A field that
 * isn't among them is ignored, as Docker does; one that is, and can't be had here, is refused by name. Upper and lower case are one, as
 * they are for Docker.
 */
final class KnownFields {
    /** The names are the client's choice, so that every one says something. */
    private static final KnownFields ANY = new KnownFields(Map.of(), "");

    /** An object a line. {@code A=B}: A is such an object B, or a list of them; {@code A=*B}: objects B under names of the client's choice. */
    private static final Map<String, KnownFields> ALL = read("""
            Container Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd Healthcheck=Health \
            ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled MacAddress OnBuild Labels StopSignal StopTimeout Shell
            Create +Container HostConfig=Host NetworkingConfig=Networking
            Health Test Interval Timeout Retries StartPeriod StartInterval
            Resources CpuShares Memory CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps=Rate BlkioDeviceWriteBps=Rate \
            BlkioDeviceReadIOps=Rate BlkioDeviceWriteIOps=Rate CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems \
            Devices=Device DeviceCgroupRules DeviceRequests KernelMemory KernelMemoryTCP MemoryReservation MemorySwap MemorySwappiness NanoCpus \
            OomKillDisable Init PidsLimit Ulimits=Ulimit CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth
            Host +Resources Binds ContainerIDFile LogConfig=Log NetworkMode PortBindings=*Port RestartPolicy=Restart AutoRemove VolumeDriver \
            VolumesFrom Mounts=Mount CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj \
            PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls Runtime ConsoleSize \
            Isolation MaskedPaths ReadonlyPaths Annotations
            Rate Path Rate
            Device PathOnHost PathInContainer CgroupPermissions
            Ulimit Name Soft Hard
            Log Type Config
            Port HostIp HostPort
            Restart Name MaximumRetryCount
            Mount Target Source Type ReadOnly Consistency BindOptions=Bind VolumeOptions=Volume TmpfsOptions=Tmpfs
            Bind Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive
            Volume NoCopy Labels DriverConfig=Driver Subpath
            Driver Name Options
            Tmpfs SizeBytes Mode Options
            Networking EndpointsConfig=*Endpoint
            Endpoint IPAMConfig=Addresses Links MacAddress Aliases DriverOpts
            Addresses IPv4Address IPv6Address LinkLocalIPs
            Update +Resources RestartPolicy=Restart
            Exec AttachStdin AttachStdout AttachStderr ConsoleSize DetachKeys Tty Env Cmd Privileged User WorkingDir
            ExecStart Detach Tty ConsoleSize
            VolumeCreate Name Driver DriverOpts Labels ClusterVolumeSpec
            NetworkCreate Name CheckDuplicate Driver Scope Internal Attachable Ingress ConfigOnly ConfigFrom IPAM=Ipam EnableIPv6 Options Labels
            NetworkConnect Container EndpointConfig=Endpoint
            NetworkDisconnect Container Force
            Ipam Driver Config=Subnet Options
            Subnet Subnet IPRange Gateway AuxiliaryAddresses
            Service Name Labels TaskTemplate=Task Mode=Mode UpdateConfig=Rollout RollbackConfig=Rollout Networks=Attachment EndpointSpec=Published
            Task PluginSpec ContainerSpec=TaskContainer NetworkAttachmentSpec Resources=Requirements RestartPolicy=TaskRestart Placement=Placement \
            ForceUpdate Runtime Networks=Attachment LogDriver=LogDriver
            TaskContainer Image Labels Command Args Hostname Env Dir User Groups Privileges=Privileges TTY OpenStdin ReadOnly Mounts=Mount StopSignal \
            StopGracePeriod HealthCheck=Health Hosts DNSConfig=DnsConfig Secrets=KeptUse Configs=KeptUse Isolation Init Sysctls CapabilityAdd \
            CapabilityDrop Ulimits=Ulimit OomScoreAdj
            Privileges CredentialSpec SELinuxContext Seccomp AppArmor NoNewPrivileges
            DnsConfig Nameservers Search Options
            KeptUse File=KeptFile Runtime SecretID SecretName ConfigID ConfigName
            KeptFile Name UID GID Mode
            Requirements Limits=Limit Reservations=Reserved
            Limit NanoCPUs MemoryBytes Pids
            Reserved NanoCPUs MemoryBytes GenericResources
            TaskRestart Condition Delay MaxAttempts Window
            Placement Constraints Preferences=Preference MaxReplicas Platforms
            Preference Spread=Spread
            Spread SpreadDescriptor
            LogDriver Name Options
            Mode Replicated=Replicated Global ReplicatedJob=ReplicatedJob GlobalJob
            Replicated Replicas
            ReplicatedJob MaxConcurrent TotalCompletions
            Rollout Parallelism Delay FailureAction Monitor MaxFailureRatio Order
            Attachment Target Aliases DriverOpts
            Published Mode Ports=PublishedPort
            PublishedPort Name Protocol TargetPort PublishedPort PublishMode
            Node Name Labels Role Availability
            Secret Name Labels Data Driver Templating
            Config Name Labels Data Templating
            """);

    static final KnownFields CREATE = ALL.get("Create");
    static final KnownFields COMMIT = ALL.get("Container");
    static final KnownFields UPDATE = ALL.get("Update");
    static final KnownFields EXEC = ALL.get("Exec");
    static final KnownFields EXEC_START = ALL.get("ExecStart");
    static final KnownFields VOLUME = ALL.get("VolumeCreate");
    static final KnownFields NETWORK = ALL.get("NetworkCreate");
    static final KnownFields CONNECT = ALL.get("NetworkConnect");
    static final KnownFields DISCONNECT = ALL.get("NetworkDisconnect");
    static final KnownFields SERVICE = ALL.get("Service");
    static final KnownFields NODE = ALL.get("Node");
    static final KnownFields SECRET = ALL.get("Secret");
    static final KnownFields CONFIG = ALL.get("Config");

    private final Map<String, String> kinds;
    private final String each;

    /** @param kinds of object by field, {@code ""} where none is known; {@code each} of all fields, if their names are free */
    private KnownFields(Map<String, String> kinds, String each) {
        this.kinds = kinds;
        this.each = each;
    }

    static KnownFields named(String kind) {
        return ALL.get(kind);
    }

    boolean has(String field) {
        return kinds.isEmpty() || kinds.containsKey(field);
    }

    KnownFields in(String field) {
        String kind = kinds.isEmpty() ? each : kinds.getOrDefault(field, "");
        return kind.isEmpty() ? ANY : kind.startsWith("*") ? new KnownFields(Map.of(), kind.substring(1)) : ALL.get(kind);
    }

    Set<String> names() {
        return kinds.keySet();
    }

    private static Map<String, KnownFields> read(String lines) {
        Map<String, Map<String, String>> read = new HashMap<>();
        lines.lines().forEach(line -> {
            String[] words = line.split(" +");
            Map<String, String> kinds = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                if (words[i].startsWith("+")) {
                    kinds.putAll(read.get(words[i].substring(1)));
                } else {
                    kinds.put(equals < 0 ? words[i] : words[i].substring(0, equals), equals < 0 ? "" : words[i].substring(equals + 1));
                }
            }
            read.put(words[0], kinds);
        });
        return read.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, one -> new KnownFields(one.getValue(), "")));
    }
}
