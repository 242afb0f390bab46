package io.gantry.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.VolumeUse;
import io.gantry.contracts.view.VolumeView;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What lies in volumes, and what keeps them to their sizes: each node is asked once. Of a node that doesn't answer nothing is said. */
@Singleton
public class VolumeUsage {
    private final AgentClient agents;

    @Inject
    VolumeUsage(AgentClient agents) {
        this.agents = agents;
    }

    public Future<List<VolumeView>> in(List<VolumeView> volumes) {
        Map<String, ContainerView.Node> nodes = new LinkedHashMap<>();
        volumes.stream().map(VolumeView::node).filter(node -> node != null && node.address() != null).forEach(node -> nodes.put(node.id().value(), node));
        Map<String, VolumeUse> used = new HashMap<>();
        List<Future<Void>> asked = new ArrayList<>();
        nodes.values().forEach(node -> asked.add(agents.request(node, HttpMethod.GET, "/volumes", null)
                .compose(HttpClientResponse::body)
                .<Void>map(body -> {
                    Json.read(body.toString(), JsonNode.class).properties().forEach(each -> used.put(each.getKey(), use(each.getValue())));
                    return null;
                })
                .otherwise((Void) null)));
        return Future.all(asked).map(_ -> volumes.stream().map(volume -> with(volume, used)).toList());
    }

    /** Agents from before tell the bytes alone. */
    static VolumeUse use(JsonNode told) {
        return told.isNumber() ? new VolumeUse(new Bytes(told.asLong()), null) : Json.mapper().convertValue(told, VolumeUse.class);
    }

    /** Before its first container has started, there is nothing in it. */
    private static VolumeView with(VolumeView volume, Map<String, VolumeUse> used) {
        VolumeUse known = used.get(volume.id().value());
        return known != null ? volume.with(known) : volume.node() == null ? volume.with(new VolumeUse(Bytes.ZERO, null)) : volume;
    }
}
