package io.gantry.contracts;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.unit.SeccompProfile;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A value of any type of the contracts, all fields filled, always the same. */
final class Example {
    private static final String UUID_TEXT = "01980000-0000-7000-8000-000000000001";
    private static final String HEX = "a1".repeat(32);
    private static final Map<Class<?>, Object> LEAVES =
            Map.ofEntries(
                    Map.entry(String.class, "text"),
                    Map.entry(int.class, 3),
                    Map.entry(Integer.class, 3),
                    Map.entry(long.class, 7L),
                    Map.entry(Long.class, 7L),
                    Map.entry(double.class, 1.5),
                    Map.entry(Double.class, 1.5),
                    Map.entry(boolean.class, true),
                    Map.entry(Boolean.class, true),
                    Map.entry(Instant.class, Instant.parse("2026-01-02T03:04:05Z")),
                    Map.entry(Duration.class, Duration.ofSeconds(5)),
                    Map.entry(UUID.class, UUID.fromString(UUID_TEXT)),
                    Map.entry(ContainerId.class, new ContainerId(HEX)),
                    Map.entry(NetworkId.class, new NetworkId(HEX)),
                    Map.entry(EndpointId.class, new EndpointId(HEX)),
                    Map.entry(ExecId.class, new ExecId(HEX)),
                    Map.entry(NodeId.class, new NodeId("node-" + UUID_TEXT)),
                    Map.entry(DeploymentId.class, new DeploymentId("deployment-" + UUID_TEXT)),
                    Map.entry(RuleId.class, new RuleId("rule-" + UUID_TEXT)),
                    Map.entry(VolumeId.class, new VolumeId("volume-" + UUID_TEXT)),
                    Map.entry(BuildId.class, new BuildId("build-" + UUID_TEXT)),
                    Map.entry(Bytes.class, Bytes.mebi(64)),
                    Map.entry(MilliCpu.class, new MilliCpu(250)),
                    Map.entry(Ipv4.class, Ipv4.parse("10.64.0.2")),
                    Map.entry(Cidr.class, Cidr.parse("10.64.0.0/20")),
                    Map.entry(MacAddress.class, MacAddress.of(Ipv4.parse("10.64.0.2"))),
                    Map.entry(Digest.class, Digest.ofHex(HEX)),
                    Map.entry(ImageRef.class, ImageRef.parse("shop/web:1.2")),
                    Map.entry(HealthCheck.class, HealthCheck.http(8080, "/health")),
                    Map.entry(Probe.class, Probe.http(8080, "/health")),
                    Map.entry(Security.class, security()),
                    // an address of its own is nothing for replicas
                    Map.entry(NetworkUse.class, new NetworkUse("text", List.of("text"), null, null)),
                    Map.entry(Namespaces.class, new Namespaces(null, "container:web")));

    /** What contradicts a field beside it. */
    private static final Set<String> LEFT_OUT = Set.of("exclusiveCores");

    /** Values that have a form, by the names of their fields. */
    private static final Map<String, Object> FORMED =
            Map.of(
                    "cpuset", "0-1", "memoryNodes", "0", "device", "/dev/vda", "hugePages", Map.of("2MB", Bytes.mebi(4)), "rlimits",
                    Map.of("nofile", new Rlimit(7, 7L)), "signal", "SIGTERM", "workingDir", "/srv", "target", "/data", "runtime", "namespaces");

    private Example() {}

    private static Security security() {
        var rule = new SeccompProfile.Rule(List.of("read"), null, SeccompProfile.Action.ALLOW, null, null, "why", null, null);
        return new Security(
                List.of("NET_ADMIN"), List.of("NET_RAW"), true, new SeccompProfile(SeccompProfile.Action.ERRNO, 1, null, null, List.of(rule)), false,
                List.of("/proc/uptime"), List.of("/srv"), Map.of("net.core.somaxconn", "1024"), List.of(new Security.Device("/dev/net/tun", null, "rw")));
    }

    static Object of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Map.class
                    ? Map.of("key", of(generic.getActualTypeArguments()[1]))
                    : List.of(of(generic.getActualTypeArguments()[0]));
        }
        Class<?> raw = (Class<?>) type;
        if (LEAVES.containsKey(raw)) {
            return LEAVES.get(raw);
        }
        if (raw.isEnum()) {
            return raw.getEnumConstants()[0];
        }
        if (raw.isSealed()) {
            Class<?>[] cases = raw.getPermittedSubclasses();
            return of(cases[Math.min(1, cases.length - 1)]);
        }
        return record(raw);
    }

    private static Object value(RecordComponent component) {
        if (LEFT_OUT.contains(component.getName())) {
            return null;
        }
        return FORMED.containsKey(component.getName()) ? FORMED.get(component.getName()) : of(component.getGenericType());
    }

    private static Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i]);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no example of " + type, e);
        }
    }
}
