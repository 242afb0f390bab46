package io.gantry.cli.container;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads {@code -p}: {@code [[address:]host port:]container port[/tcp|udp]}; without a host port one is chosen, of {@code 8000-8010:80} one of those, and
 * {@code 7000-7002:80-82} is three.
 */
public final class PublishedPort {
    private static final Pattern FORM =
            Pattern.compile("(?:(?:(?<address>[\\d.]+):)?(?<host>\\d{0,5})(?:-(?<last>\\d{1,5}))?:)?(?<container>\\d{1,5})(?:-(?<end>\\d{1,5}))?(?:/(?<protocol>tcp|udp))?");

    private static final int LAST = 65_535;

    private PublishedPort() {}

    public static List<PortPublish> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("-p " + text + " is not a port; write for example 8080:80 or 127.0.0.1:5353:53/udp");
        }
        String address = matcher.group("address");
        Ipv4 on = address == null ? null : Ipv4.parse(address);
        int host = number(matcher, "host", 0);
        Integer last = matcher.group("last") == null ? null : Integer.valueOf(matcher.group("last"));
        int first = number(matcher, "container", 0);
        int end = number(matcher, "end", first);
        String given = matcher.group("protocol");
        PortPublish.Protocol protocol = given == null ? PortPublish.Protocol.TCP : PortPublish.Protocol.valueOf(given.toUpperCase(Locale.ROOT));
        if (first == end) {
            return List.of(new PortPublish(on, host, first, protocol, last));
        }
        if (first > end || host > 0 && (last == null || last - host != end - first) || end > LAST) {
            throw new IllegalArgumentException("-p " + text + " has ranges that don't go together; write for example 7000-7002:80-82");
        }
        return IntStream.rangeClosed(0, end - first).mapToObj(i -> new PortPublish(on, host == 0 ? 0 : host + i, first + i, protocol)).toList();
    }

    private static int number(Matcher matcher, String group, int otherwise) {
        String text = matcher.group(group);
        return text == null || text.isEmpty() ? otherwise : Integer.parseInt(text);
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
