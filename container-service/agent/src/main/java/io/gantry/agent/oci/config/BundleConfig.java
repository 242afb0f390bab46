package io.gantry.agent.oci.config;

import io.gantry.agent.plan.BundleStep.WriteMappings.Mapping;
import io.gantry.contracts.unit.SeccompProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bundle's {@code config.json} as far as it is honoured (opencontainers/runtime-spec, config.md and config-linux.md); {@link ConfigReader}
 * refuses the rest by name.
 *
 * @param rootPath absolute
 * @param rootPropagation of {@code linux.rootfsPropagation}, {@code ""} for none said
 * @param cgroupsPath {@code ""} for none said
 * @param extensions properties that the specification doesn't know: ignored, as it demands, and told of
 */
public record BundleConfig(
        String ociVersion, BundleProcess process, String rootPath, boolean rootReadOnly, String hostname, String domainname,
        List<BundleMount> mounts, List<Space> namespaces, List<Mapping> uidMappings, List<Mapping> gidMappings, List<Device> devices,
        String cgroupsPath, BundleResources resources, Map<String, String> sysctl, Optional<SeccompProfile> seccomp, String rootPropagation,
        List<String> maskedPaths, List<String> readonlyPaths, Hooks hooks, Map<String, String> annotations, List<String> extensions) {

    /**
     * @param type as mount(8) has it; {@code ""} where only the options say what it is
     * @param source absolute, of a bind
     */
    public record BundleMount(String place, String destination, String type, String source, List<String> options) {}

    /** @param path of one to be entered; {@code ""} for a new one */
    public record Space(String type, String path) {}

    /** @param type {@code c}, {@code b} or {@code p} */
    public record Device(String path, char type, int major, int minor, int mode, int uid, int gid) {}

    /** @param timeoutSeconds 0 for none */
    public record Hook(String place, String path, List<String> args, Map<String, String> env, long timeoutSeconds) {}

    public record Hooks(List<Hook> prestart, List<Hook> createRuntime, List<Hook> poststart, List<Hook> poststop) {
        public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of(), List.of());
    }

    public boolean has(String namespace) {
        return namespaces.stream().anyMatch(space -> space.type().equals(namespace));
    }

    /** Whether it is a new one. */
    public boolean makes(String namespace) {
        return namespaces.stream().anyMatch(space -> space.type().equals(namespace) && space.path().isEmpty());
    }
}
