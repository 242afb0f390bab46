package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Set;

/** What a container can't ask for when the namespace that it concerns is another container's: it is set there, and not by this one. */
final class SharedFields {
    private SharedFields() {}

    static void check(
            String network, Namespaces namespaces, String hostname, List<String> aliases, List<PortPublish> ports, HealthCheck health, Probe readiness,
            Resources resources, Security security) {
        if (network.startsWith(Namespaces.CONTAINER)) {
            Namespaces.check("network", network);
            network(hostname, aliases, ports, health, readiness, resources);
            settings(security.sysctls().keySet(), "net.", "network");
        }
        if (namespaces.sharesIpc()) {
            settings(security.sysctls().keySet(), "kernel.", "ipc namespace");
            settings(security.sysctls().keySet(), "fs.", "ipc namespace");
            refuse(resources.shm() != null, "resources.shm", "the size of /dev/shm");
        }
        namespaces.lender(Namespaces.lender(network));
    }

    private static void network(
            String hostname, List<String> aliases, List<PortPublish> ports, HealthCheck health, Probe readiness, Resources resources) {
        refuse(hostname != null, "hostname", "the name that goes with the address");
        refuse(!aliases.isEmpty(), "aliases", "names on the network");
        refuse(!ports.isEmpty(), "ports", "publishing ports");
        refuse(health != null && health.port() != null, "health.kind", "being asked at a port");
        refuse(readiness != null, "readiness", "getting traffic");
        refuse(resources.networkIn() != null, "resources.networkIn", "the rate of the network");
        refuse(resources.networkOut() != null, "resources.networkOut", "the rate of the network");
    }

    private static void refuse(boolean asked, String field, String what) {
        if (asked) {
            throw new BadField(field, field + " is set, but " + what + " is the matter of the container whose namespace it shares", "set it there, and leave it out here");
        }
    }

    private static void settings(Set<String> keys, String beginning, String whose) {
        keys.stream().filter(key -> key.replace('/', '.').startsWith(beginning)).findFirst().ifPresent(key -> {
            throw new BadField(
                    "security.sysctls." + key, key + " is a setting of the " + whose + ", which is another container's", "set it there, and leave it out here");
        });
    }
}
