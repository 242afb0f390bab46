package io.gantry.network.network.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import io.gantry.network.network.core.Network;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A network as a row. */
@Entity(name = "Network")
@Table(name = "network")
class NetworkRow {
    @Id String id;
    String project;
    String name;
    String subnet;
    int vni;

    @Column(name = "created_at")
    Instant createdAt;

    String labels;

    static NetworkRow of(Network network) {
        NetworkRow row = new NetworkRow();
        row.id = network.id().value();
        row.project = network.project();
        row.name = network.name();
        row.subnet = network.subnet().toString();
        row.vni = network.vni();
        row.createdAt = network.createdAt();
        row.labels = Json.write(network.labels());
        return row;
    }

    private Map<String, String> labels() {
        Map<String, String> read = new HashMap<>();
        Json.read(labels, JsonNode.class).properties().forEach(label -> read.put(label.getKey(), label.getValue().asText()));
        return read;
    }

    Network network() {
        return new Network(new NetworkId(id), project, name, Cidr.parse(subnet), vni, createdAt, labels());
    }
}
