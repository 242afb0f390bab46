package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}, Docker's form of published ports. */
final class Ports {
    private Ports() {}

    /** @param all whether what is exposed is published, too; what the image exposes is added where that is known */
    static List<PortPublish> read(Fields bindings, Fields exposed, boolean all) {
        List<PortPublish> ports = bound(bindings);
        for (String port : exposed.names()) {
            exposed.in(port);
            PortPublish free = new PortPublish(null, 0, containerPort(port), protocol(port));
            if (all && ports.stream().noneMatch(one -> key(one).equals(key(free)))) {
                ports.add(free);
            }
        }
        return ports;
    }

    private static List<PortPublish> bound(Fields bindings) {
        List<PortPublish> ports = new ArrayList<>();
        for (String inside : bindings.names()) {
            for (Fields binding : bindings.list(inside)) {
                String[] range = binding.text("HostPort").split("-", 2);
                Integer last = range.length == 2 ? (Integer) number(range[1], 1) : null;
                if (last != null && last < number(range[0], 1)) {
                    throw new DockerRefusal(400, "Invalid range specified for port: " + binding.text("HostPort"));
                }
                ports.add(new PortPublish(address(binding.text("HostIp")), hostPort(range[0]), containerPort(inside), protocol(inside), last));
            }
            // also where nothing is bound to it
            containerPort(inside);
            protocol(inside);
        }
        return ports;
    }

    static String key(PortPublish port) {
        return port.containerPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
    }

    private static Ipv4 address(String text) {
        if (text.contains(":") && !text.equals("::")) {
            throw DockerRefusal.notSupported("publishing on an IPv6 address (" + text + ")", "publish on an IPv4 address or on all");
        }
        if (text.isEmpty() || text.equals("0.0.0.0") || text.equals("::")) {
            return null;
        }
        try {
            return Ipv4.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid HostIp: " + e.getMessage());
        }
    }

    private static int containerPort(String inside) {
        return number(inside.split("/", 2)[0], 1);
    }

    private static int hostPort(String text) {
        return text.isEmpty() ? 0 : number(text, 0);
    }

    private static PortPublish.Protocol protocol(String inside) {
        String text = inside.contains("/") ? inside.substring(inside.indexOf('/') + 1) : "tcp";
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> PortPublish.Protocol.TCP;
            case "udp" -> PortPublish.Protocol.UDP;
            default -> throw DockerRefusal.notSupported("the protocol " + text, "there are tcp and udp");
        };
    }

    private static int number(String text, int least) {
        if (text.matches("\\d+-\\d+")) {
            throw DockerRefusal.notSupported("a range of ports inside (" + text + ")", "name each port inside");
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < least || Integer.parseInt(text) > 65_535) {
            throw new DockerRefusal(400, "invalid port '" + text + "': it is a number from " + least + " to 65535");
        }
        return Integer.parseInt(text);
    }
}
