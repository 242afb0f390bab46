package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}, Docker's form of published ports. */
final class Ports {
    private Ports() {}

    static List<PortPublish> read(JsonNode bindings) {
        List<PortPublish> ports = new ArrayList<>();
        for (var entry : bindings.properties()) {
            String[] parts = entry.getKey().split("/", 2);
            for (JsonNode binding : entry.getValue()) {
                ports.add(
                        new PortPublish(
                                address(binding.path("HostIp").asText("")),
                                number(binding.path("HostPort").asText(""), 0),
                                number(parts[0], -1),
                                protocol(parts.length == 2 ? parts[1] : "tcp")));
            }
        }
        return ports;
    }

    static String key(PortPublish port) {
        return port.containerPort() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
    }

    private static Ipv4 address(String text) {
        if (text.contains(":") && !text.equals("::")) {
            throw DockerRefusal.notSupported("publishing on an IPv6 address");
        }
        return text.isEmpty() || text.equals("0.0.0.0") || text.equals("::") ? null : Ipv4.parse(text);
    }

    private static PortPublish.Protocol protocol(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> PortPublish.Protocol.TCP;
            case "udp" -> PortPublish.Protocol.UDP;
            default -> throw DockerRefusal.notSupported("the protocol " + text);
        };
    }

    private static int number(String text, int absent) {
        if (text.isEmpty()) {
            return absent;
        }
        if (text.contains("-")) {
            throw DockerRefusal.notSupported("a range of host ports");
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new DockerRefusal(400, "invalid port: '" + text + "'");
        }
    }
}
