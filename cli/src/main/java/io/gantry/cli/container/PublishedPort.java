package io.gantry.cli.container;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code -p}: {@code [[address:]host port:]container port[/tcp|udp]}; without a host port one is chosen. */
public final class PublishedPort {
    private static final Pattern FORM =
            Pattern.compile("(?:(?:(?<address>[\\d.]+):)?(?<host>\\d*):)?(?<container>\\d+)(?:/(?<protocol>tcp|udp))?");

    private PublishedPort() {}

    public static PortPublish parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("-p " + text + " is not a port; write for example 8080:80 or 127.0.0.1:5353:53/udp");
        }
        String address = matcher.group("address");
        String host = matcher.group("host");
        String protocol = matcher.group("protocol");
        return new PortPublish(
                address == null ? null : Ipv4.parse(address),
                host == null || host.isEmpty() ? 0 : Integer.parseInt(host),
                Integer.parseInt(matcher.group("container")),
                protocol == null ? PortPublish.Protocol.TCP : PortPublish.Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)));
    }

    /** As {@code ps} shows them, with commas between. */
    public static String show(List<PortPublish> ports) {
        return ports.stream().map(PublishedPort::show).collect(Collectors.joining(", "));
    }

    /** {@code 0.0.0.0:8080->80/tcp}. */
    private static String show(PortPublish port) {
        return outside(port) + "->" + inside(port);
    }

    /** {@code 0.0.0.0:8080}, on every node. */
    static String outside(PortPublish port) {
        return (port.hostAddress() == null ? "0.0.0.0" : port.hostAddress()) + ":" + port.hostPort();
    }

    /** {@code 80/tcp}. */
    static String inside(PortPublish port) {
        return port.containerPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
    }
}
