package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;

/**
 * Body of {@code POST /registries/login}: whether a registry takes them.
 *
 * @param registry {@code host} or {@code host:port}
 */
public record RegistryLogin(@Always String registry, @Always RegistryCredentials credentials) {
    public RegistryLogin {
        if (registry == null || !registry.matches("[A-Za-z0-9.\\[\\]:-]+")) {
            throw new BadField("registry", "registry is host or host:port, got '" + registry + "'", "write for example registry.example.com:5000");
        }
        if (credentials == null) {
            throw new BadField("credentials", "credentials are missing", "send username and password");
        }
    }
}
