package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.unit.Bytes;

/** {@code HostConfig.LogConfig}: where output is kept is Gantry's, how much of it is said as for Docker's own drivers. */
final class Logs {
    private static final String SIZE = "max-size";
    private static final String FILES = "max-file";

    private Logs() {}

    static LogPolicy read(Fields json) {
        return read(json, "Type", "Config");
    }

    /** A service's. */
    static LogPolicy readOfService(Fields json) {
        return read(json, "Name", "Options");
    }

    private static LogPolicy read(Fields json, String driver, String config) {
        Fields options = json.only(driver, "json-file", "local").in(config);
        String size = options.text(SIZE);
        String files = options.text(FILES);
        if (!files.isEmpty() && !files.matches("[1-9]\\d{0,8}")) {
            throw new DockerRefusal(400, "invalid value for max-file: '" + files + "' is no number from 1");
        }
        if (size.equals("-1")) {
            throw options.unsupported(SIZE);
        }
        return new LogPolicy(size.isEmpty() ? null : bytes(size), files.isEmpty() ? null : Integer.valueOf(files));
    }

    private static Bytes bytes(String size) {
        try {
            return Bytes.parse(size);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid value for max-size: " + e.getMessage());
        }
    }

    static ObjectNode of(LogPolicy policy) {
        return of(policy, "Type", "Config");
    }

    static ObjectNode ofService(LogPolicy policy) {
        return of(policy, "Name", "Options");
    }

    private static ObjectNode of(LogPolicy policy, String driver, String config) {
        ObjectNode json = Json.mapper().createObjectNode().put(driver, "json-file");
        ObjectNode options = json.putObject(config);
        if (policy.maxSize() != null) {
            options.put(SIZE, Long.toString(policy.maxSize().value()));
        }
        if (policy.maxFiles() != null) {
            options.put(FILES, policy.maxFiles().toString());
        }
        return json;
    }
}
