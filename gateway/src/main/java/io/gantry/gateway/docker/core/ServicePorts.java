package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.PortPublish;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code EndpointSpec}: a service has a virtual IP, and its ports are published on every node. */
final class ServicePorts {
    private ServicePorts() {}

    static List<PortPublish> read(Fields endpoint) {
        List<PortPublish> ports = new ArrayList<>();
        for (Fields port : endpoint.only("Mode", "vip").list("Ports")) {
            // a name tells ports of one list apart
            port.harmless("Name").only("PublishMode", "ingress").only("Protocol", "tcp", "udp");
            PortPublish.Protocol protocol = port.text("Protocol").equals("udp") ? PortPublish.Protocol.UDP : PortPublish.Protocol.TCP;
            ports.add(new PortPublish(null, (int) port.whole("PublishedPort", 0, 65_535), (int) port.whole("TargetPort", 0, 65_535), protocol));
        }
        return ports;
    }

    static ObjectNode form(List<PortPublish> ports) {
        ObjectNode json = Json.mapper().createObjectNode().put("Mode", "vip");
        if (!ports.isEmpty()) {
            json.set("Ports", list(ports));
        }
        return json;
    }

    static ArrayNode list(List<PortPublish> ports) {
        ArrayNode json = Json.mapper().createArrayNode();
        ports.forEach(port -> json.addObject()
                .put("Protocol", port.protocol().name().toLowerCase(Locale.ROOT))
                .put("TargetPort", port.containerPort())
                .put("PublishedPort", port.hostPort())
                .put("PublishMode", "ingress"));
        return json;
    }
}
