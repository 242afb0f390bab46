package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Set;

/** What a container can't ask for when the namespace that it concerns is another container's or the host's: it is set there, and not by this one. */
final class SharedFields {
    private static final String CONTAINER = "the container";
    private static final String HOST = "the host";

    private SharedFields() {}

    static void check(
            String network, Namespaces namespaces, String hostname, String domainname, List<String> aliases, List<PortPublish> ports, boolean publishAll,
            HealthCheck health, Probe readiness, Resources resources, Security security, List<HostEntry> extraHosts, Dns dns) {
        boolean lent = network.startsWith(Namespaces.CONTAINER);
        if (lent || network.equals(Namespaces.HOST)) {
            String whose = lent ? CONTAINER : HOST;
            Namespaces.check("network", network);
            refuse(lent && hostname != null, "hostname", "the name that goes with the address", whose);
            refuse(lent && domainname != null, "domainname", "the name that goes with the address", whose);
            network(aliases, ports, publishAll, health, readiness, resources, whose);
            refuse(!extraHosts.isEmpty(), "extraHosts", "what hosts are called", whose);
            refuse(!dns.isTheNodes(), "dns", "how names are resolved", whose);
            settings(security.sysctls().keySet(), "net.", "network", whose);
        }
        if (namespaces.ipc() != null) {
            String whose = namespaces.sharesIpc() ? CONTAINER : HOST;
            settings(security.sysctls().keySet(), "kernel.", "ipc namespace", whose);
            settings(security.sysctls().keySet(), "fs.", "ipc namespace", whose);
            refuse(resources.shm() != null, "resources.shm", "the size of /dev/shm", whose);
        }
        refuse(namespaces.hostUts() && hostname != null, "hostname", "its name", HOST);
        refuse(namespaces.hostUts() && domainname != null, "domainname", "its name", HOST);
        namespaces.lender(Namespaces.lender(network));
    }

    private static void network(
            List<String> aliases, List<PortPublish> ports, boolean publishAll, HealthCheck health, Probe readiness, Resources resources, String whose) {
        refuse(!aliases.isEmpty(), "aliases", "names on the network", whose);
        refuse(!ports.isEmpty(), "ports", "publishing ports", whose);
        refuse(publishAll, "publishAll", "publishing ports", whose);
        refuse(health != null && health.port() != null, "health.kind", "being asked at a port", whose);
        refuse(readiness != null, "readiness", "getting traffic", whose);
        refuse(resources.networkIn() != null, "resources.networkIn", "the rate of the network", whose);
        refuse(resources.networkOut() != null, "resources.networkOut", "the rate of the network", whose);
    }

    private static void refuse(boolean asked, String field, String what, String whose) {
        if (asked) {
            throw new BadField(
                    field, field + " is set, but " + what + " is the matter of " + whose + " whose namespace it shares", "set it there, and leave it out here");
        }
    }

    private static void settings(Set<String> keys, String beginning, String what, String whose) {
        keys.stream().filter(key -> key.replace('/', '.').startsWith(beginning)).findFirst().ifPresent(key -> {
            throw new BadField(
                    "security.sysctls." + key, key + " is a setting of the " + what + " of " + whose + " whose namespace it shares",
                    "set it there, and leave it out here");
        });
    }
}
