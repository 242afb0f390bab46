package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** {@code ExtraHosts}, {@code Dns}, {@code DnsSearch} and {@code DnsOptions} of a HostConfig, both ways. */
final class Naming {
    private Naming() {}

    static List<HostEntry> hosts(Fields host) {
        return all(host, "ExtraHosts").stream().map(entry -> host(entry, () -> host.unsupported("ExtraHosts", entry))).toList();
    }

    /** @param noIpv4 where the address is of IPv6 */
    static HostEntry host(String text, Supplier<DockerRefusal> noIpv4) {
        String[] parts = text.split(":", 2);
        if (parts.length < 2 || parts[0].isEmpty()) {
            throw new DockerRefusal(400, "bad format for add-host: \"" + text + "\"");
        }
        if (parts[1].contains(":")) {
            throw noIpv4.get();
        }
        return new HostEntry(parts[0], parts[1].equals(HostEntry.NODE) ? null : address("IP address in add-host", parts[1]));
    }

    static Dns dns(Fields host) {
        return dns(host, "Dns", "DnsSearch", "DnsOptions");
    }

    /** A service's. */
    static Dns dnsOfService(Fields config) {
        return dns(config, "Nameservers", "Search", "Options");
    }

    private static Dns dns(Fields from, String nameservers, String search, String options) {
        List<Ipv4> servers = all(from, nameservers).stream().map(text -> {
            if (text.contains(":")) {
                throw from.unsupported(nameservers, text);
            }
            return address("DNS address", text);
        }).toList();
        return new Dns(servers, all(from, search), all(from, options));
    }

    /** A service's, which are lines of {@code /etc/hosts}: an address and its names. */
    static List<HostEntry> hostsOfService(Fields container) {
        List<HostEntry> entries = new ArrayList<>();
        for (String line : all(container, "Hosts")) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2) {
                throw new DockerRefusal(400, "bad format for add-host: \"" + line + "\"");
            }
            if (words[0].contains(":")) {
                throw container.unsupported("Hosts", line);
            }
            for (int i = 1; i < words.length; i++) {
                entries.add(new HostEntry(words[i], words[0].equals(HostEntry.NODE) ? null : address("IP address in add-host", words[0])));
            }
        }
        return entries;
    }

    static List<String> linesOfService(ContainerSpec spec) {
        return spec.extraHosts().stream().map(entry -> (entry.address() == null ? HostEntry.NODE : entry.address()) + " " + entry.name()).toList();
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
                    spec.extraHosts().stream().map(HostEntry::text).toList()));
        }
    }
}
