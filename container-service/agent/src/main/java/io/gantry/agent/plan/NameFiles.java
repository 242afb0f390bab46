package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code /etc/hosts} and {@code /etc/resolv.conf} of a container say, at first and when it comes onto other networks as it runs. Pure.
 *
 * @param hostname its own
 * @param domainname of it; empty for none
 * @param extraHosts and {@code dns}: as its spec has them
 */
public record NameFiles(String hostname, String domainname, List<HostEntry> extraHosts, Dns dns) {
    private static final String LOOPBACK = "127.0.0.1\tlocalhost\n";

    public static NameFiles of(String hostname, String domainname, ContainerSpec spec) {
        return new NameFiles(hostname, domainname, spec.extraHosts(), spec.dns());
    }

    /** @param networks by name */
    public String hosts(List<Attachment> networks) {
        return LOOPBACK + String.join("", lines(networks));
    }

    /** Its node is what it reaches by its first network; without one it has no name. */
    private List<String> lines(List<Attachment> networks) {
        Optional<Ipv4> node = networks.stream().map(Attachment::gateway).findFirst();
        return Stream.concat(
                        networks.stream().map(network -> network.address() + "\t" + names() + "\n"),
                        extraHosts.stream().flatMap(entry -> Optional.ofNullable(entry.address()).or(() -> node).map(address -> address + "\t" + entry.name() + "\n").stream()))
                .toList();
    }

    /** The whole name comes first: hosts(5). */
    private String names() {
        return domainname.isEmpty() ? hostname : hostname + "." + domainname + " " + hostname;
    }

    /**
     * The same text for other networks. What the container, or whoever looks into it, has written there stays.
     *
     * @param present the text as it is
     */
    public String hosts(String present, List<Attachment> before, List<Attachment> after) {
        List<String> wanted = lines(after);
        List<String> gone = new ArrayList<>(lines(before));
        gone.removeAll(wanted);
        List<String> lines = new ArrayList<>(present.lines().map(line -> line + "\n").filter(line -> !gone.contains(line)).toList());
        wanted.stream().filter(line -> !lines.contains(line)).forEach(lines::add);
        return String.join("", lines);
    }

    /** The first network's server knows the names of all networks that the asking container is on, and asks the container's own servers for the rest. */
    public String resolver(List<Attachment> networks) {
        StringBuilder text = new StringBuilder();
        List<Ipv4> servers = networks.isEmpty() ? dns.servers() : networks.getFirst().dns();
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        List<String> domains = Stream.concat(dns.search().stream(), networks.stream().flatMap(network -> network.searchDomains().stream())).distinct().toList();
        if (!domains.isEmpty()) {
            text.append("search ").append(String.join(" ", domains)).append('\n');
        }
        if (!dns.options().isEmpty()) {
            text.append("options ").append(String.join(" ", dns.options())).append('\n');
        }
        return text.toString();
    }

    /** As {@link #resolver(List)}; a file that somebody else has written since stays as it is. */
    public String resolver(String present, List<Attachment> before, List<Attachment> after) {
        return present.equals(resolver(before)) ? resolver(after) : present;
    }
}
