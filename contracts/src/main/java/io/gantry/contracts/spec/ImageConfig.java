package io.gantry.contracts.spec;

import java.util.List;
import java.util.Map;

/**
 * The part of an OCI image configuration that decides how a container of it runs (image spec, "config").
 *
 * @param health Docker's extension of it; {@code null} without one
 * @param volumes folders that shall be volumes
 */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        Map<String, String> env,
        String workingDir,
        String user,
        List<String> exposedPorts,
        Map<String, String> labels,
        String stopSignal,
        HealthCheck health,
        List<String> volumes) {
    public static final ImageConfig EMPTY = new ImageConfig(null, null, null, null, null, null, null, null, null, null);

    public ImageConfig {
        entrypoint = entrypoint == null ? List.of() : List.copyOf(entrypoint);
        command = command == null ? List.of() : List.copyOf(command);
        env = env == null ? Map.of() : Map.copyOf(env);
        workingDir = workingDir == null || workingDir.isEmpty() ? "/" : workingDir;
        user = user == null ? "" : user;
        exposedPorts = exposedPorts == null ? List.of() : List.copyOf(exposedPorts);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        stopSignal = stopSignal == null || stopSignal.isEmpty() ? "SIGTERM" : stopSignal;
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
    }

    /** Without volumes. */
    public ImageConfig(
            List<String> entrypoint,
            List<String> command,
            Map<String, String> env,
            String workingDir,
            String user,
            List<String> exposedPorts,
            Map<String, String> labels,
            String stopSignal,
            HealthCheck health) {
        this(entrypoint, command, env, workingDir, user, exposedPorts, labels, stopSignal, health, null);
    }

    /** Without volumes and health check. */
    public ImageConfig(
            List<String> entrypoint,
            List<String> command,
            Map<String, String> env,
            String workingDir,
            String user,
            List<String> exposedPorts,
            Map<String, String> labels,
            String stopSignal) {
        this(entrypoint, command, env, workingDir, user, exposedPorts, labels, stopSignal, null, null);
    }
}
