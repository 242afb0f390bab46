package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.view.ConnectRequest;

/** The bodies of {@code POST /networks/{id}/connect} and {@code …/disconnect}. */
public final class ConnectBody {
    private ConnectBody() {}

    /**
     * @param container by name or id
     * @param request how it comes onto the network
     */
    public record Connect(String container, ConnectRequest request) {}

    /** @param network by our name; @throws DockerRefusal for what is wrong or not supported */
    public static Connect connect(JsonNode json, String network) {
        Fields body = Fields.of(json, KnownFields.CONNECT);
        NetworkUse use = Networking.use(network, body.in("EndpointConfig"));
        String container = container(body);
        body.refuseTheRest();
        return new Connect(container, new ConnectRequest(use.aliases(), use.address(), use.mac()));
    }

    /** By force or not is the same here: what has gone has gone off its networks. */
    public static String disconnect(JsonNode json) {
        Fields body = Fields.of(json, KnownFields.DISCONNECT).harmless("Force");
        String container = container(body);
        body.refuseTheRest();
        return container;
    }

    private static String container(Fields body) {
        String container = body.text("Container");
        if (container.isEmpty()) {
            throw new DockerRefusal(400, "invalid container name or ID: value is empty");
        }
        return container;
    }
}
