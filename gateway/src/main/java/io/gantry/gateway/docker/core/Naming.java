package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;

/** {@code ExtraHosts}, {@code Dns}, {@code DnsSearch} and {@code DnsOptions} of a HostConfig, both ways. */
final class Naming {
    /** Docker's word for the node, as a container reaches it. */
    private static final String NODE = "host-gateway";

    private Naming() {}

    static List<HostEntry> hosts(Fields host) {
        return all(host, "ExtraHosts").stream().map(entry -> entry(host, entry)).toList();
    }

    private static HostEntry entry(Fields host, String text) {
        String[] parts = text.split(":", 2);
        if (parts.length < 2 || parts[0].isEmpty()) {
            throw new DockerRefusal(400, "bad format for add-host: \"" + text + "\"");
        }
        if (parts[1].contains(":")) {
            throw host.unsupported("ExtraHosts", text);
        }
        return new HostEntry(parts[0], parts[1].equals(NODE) ? null : address("IP address in add-host", parts[1]));
    }

    static Dns dns(Fields host) {
        List<Ipv4> servers = all(host, "Dns").stream().map(text -> {
            if (text.contains(":")) {
                throw host.unsupported("Dns", text);
            }
            return address("DNS address", text);
        }).toList();
        return new Dns(servers, all(host, "DnsSearch"), all(host, "DnsOptions"));
    }

    /** Empty when absent. */
    static List<String> all(Fields host, String name) {
        List<String> texts = host.texts(name);
        return texts == null ? List.of() : texts;
    }

    private static Ipv4 address(String what, String text) {
        try {
            return Ipv4.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid " + what + ": \"" + text + "\"");
        }
    }

    /** As an inspect shows them. */
    static void describe(ContainerSpec spec, ObjectNode json) {
        json.set("Dns", ContainerForms.array(spec.dns().servers().stream().map(Ipv4::toString).toList()));
        json.set("DnsSearch", ContainerForms.array(spec.dns().search()));
        json.set("DnsOptions", ContainerForms.array(spec.dns().options()));
        if (spec.extraHosts().isEmpty()) {
            json.putNull("ExtraHosts");
        } else {
            json.set("ExtraHosts", ContainerForms.array(
                    spec.extraHosts().stream().map(entry -> entry.name() + ":" + (entry.address() == null ? NODE : entry.address())).toList()));
        }
    }
}
