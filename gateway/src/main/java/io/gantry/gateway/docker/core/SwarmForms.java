package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The platform as a swarm: one cluster that is there as soon as the platform is. Its managers are the control plane, which is on no node; where Docker wants
 * one of the nodes to be a manager it is the node that joined first.
 */
public final class SwarmForms {
    private static final int PREFIX = 24;
    private static final int VXLAN_PORT = 4789;
    private static final long FIVE_SECONDS = 5_000_000_000L;
    private static final long NINETY_DAYS = 90L * 24 * 60 * 60 * 1_000_000_000;

    private SwarmForms() {}

    /** {@code Swarm} of {@code GET /info} for those who may not see the cluster: an engine alone. */
    public static ObjectNode inactive() {
        return Json.mapper().createObjectNode().put("LocalNodeState", "inactive").put("ControlAvailable", false).put("NodeID", "").putNull("RemoteManagers");
    }

    /** {@code Swarm} of {@code GET /info}. */
    public static ObjectNode info(List<NodeView> nodes, Optional<NetworkView> first) {
        ObjectNode json = Json.mapper().createObjectNode();
        Optional<NodeView> self = Cluster.first(nodes);
        String address = self.map(NodeView::address).map(Object::toString).orElse("");
        json.put("NodeID", self.map(node -> SwarmIds.of(node.id())).orElse("")).put("NodeAddr", address);
        json.put("LocalNodeState", "active").put("ControlAvailable", true).put("Error", "");
        var managers = json.putArray("RemoteManagers");
        self.ifPresent(node -> managers.addObject().put("NodeID", SwarmIds.of(node.id())).put("Addr", address));
        json.put("Nodes", nodes.size()).put("Managers", managers.size());
        json.set("Cluster", cluster(first));
        return json;
    }

    /** {@code GET /swarm}: tokens by which a node of Docker's could join there are none. */
    public static ObjectNode swarm(Optional<NetworkView> first) {
        ObjectNode json = cluster(first);
        json.putObject("JoinTokens").put("Worker", "").put("Manager", "");
        return json;
    }

    /** @param first of the networks, which is there from the beginning and stays: the installation is told from others by its id */
    private static ObjectNode cluster(Optional<NetworkView> first) {
        ObjectNode json = Json.mapper().createObjectNode();
        String since = first.map(NetworkView::createdAt).orElse(Instant.EPOCH).toString();
        json.put("ID", first.map(network -> network.id().value().substring(0, PREFIX)).orElse("gantry"));
        json.putObject("Version").put("Index", 1);
        json.put("CreatedAt", since).put("UpdatedAt", since);
        ObjectNode spec = json.putObject("Spec").put("Name", "default");
        spec.putObject("Labels");
        spec.putObject("Orchestration").put("TaskHistoryRetentionLimit", 5);
        spec.putObject("Raft");
        spec.putObject("Dispatcher").put("HeartbeatPeriod", FIVE_SECONDS);
        spec.putObject("CAConfig").put("NodeCertExpiry", NINETY_DAYS);
        spec.putObject("TaskDefaults");
        spec.putObject("EncryptionConfig").put("AutoLockManagers", false);
        json.putObject("TLSInfo");
        json.put("RootRotationInProgress", false).put("DataPathPort", VXLAN_PORT).put("SubnetSize", PREFIX).putArray("DefaultAddrPool");
        return json;
    }
}
