package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code /etc/hosts} and {@code /etc/resolv.conf} of a container on networks say, at first and when it comes onto others as it runs. Pure. */
public final class NameFiles {
    private NameFiles() {}

    /** @param networks by name */
    public static String hosts(String hostname, List<Attachment> networks) {
        StringBuilder text = new StringBuilder("127.0.0.1\tlocalhost\n");
        networks.forEach(network -> text.append(line(network.address(), hostname)));
        return text.toString();
    }

    /**
     * The same text for other networks. What the container, or whoever looks into it, has written there stays.
     *
     * @param present the text as it is
     */
    public static String hosts(String present, String hostname, List<Attachment> before, List<Attachment> after) {
        Set<String> gone = before.stream().filter(one -> !after.contains(one)).map(one -> line(one.address(), hostname)).collect(Collectors.toSet());
        List<String> lines = new ArrayList<>(present.lines().map(line -> line + "\n").filter(line -> !gone.contains(line)).toList());
        after.stream().map(one -> line(one.address(), hostname)).filter(line -> !lines.contains(line)).forEach(lines::add);
        return String.join("", lines);
    }

    private static String line(Ipv4 address, String hostname) {
        return address + "\t" + hostname + "\n";
    }

    /** The first network's server knows the names of all networks that the asking container is on. */
    public static String resolver(List<Attachment> networks) {
        if (networks.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        networks.getFirst().dns().forEach(server -> text.append("nameserver ").append(server).append('\n'));
        List<String> domains = networks.stream().flatMap(network -> network.searchDomains().stream()).distinct().toList();
        if (!domains.isEmpty()) {
            text.append("search ").append(String.join(" ", domains)).append('\n');
        }
        return text.toString();
    }

    /** As {@link #resolver(List)}; a file that somebody else has written since stays as it is. */
    public static String resolver(String present, List<Attachment> before, List<Attachment> after) {
        return present.equals(resolver(before)) ? resolver(after) : present;
    }
}
