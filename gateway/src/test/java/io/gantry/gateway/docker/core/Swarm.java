package io.gantry.gateway.docker.core;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.KeptView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import java.util.List;

/** A cluster of two nodes, two networks, a secret and a config, and services of it. */
final class Swarm {
    static final String DEPLOYMENT = "deployment-01980000-0000-7000-8000-00000000000a";

    private Swarm() {}

    static Cluster cluster() {
        return new Cluster(
                List.of(node("n1", 1, "READY"), node("n2", 2, "DRAINED")), List.of(network("default", 'a'), network("back", 'b'), network("front", 'c')),
                List.of(kept("secret", "s_key", "")), List.of(kept("config", "s_app", ", \"content\": \"eA==\"")));
    }

    static NodeView node(String name, int number, String state) {
        return Json.read("""
                {"id": "node-0198000%2$d-0000-7000-8000-000000000001", "name": "%1$s", "state": "%3$s", "address": "10.0.0.%2$d", "streamPort": 7071, "epoch": 4, "cpu": 2000,
                 "memory": 4294967296, "containers": 0, "architecture": "amd64", "kernel": "6.18", "agentVersion": "0.1", "labels": {"disk": "ssd"}, "runtimes": [],
                 "joinedAt": "2026-01-0%2$dT12:00:00Z", "lastSeen": "2026-01-02T12:00:00Z"}
                """.formatted(name, number, state), NodeView.class);
    }

    static NetworkView network(String name, char digit) {
        return Json.read("""
                {"id": "%s", "name": "%s", "project": "default", "subnet": "10.1.0.0/24", "createdAt": "2026-01-01T00:00:00Z", "labels": {}, "gateways": []}
                """.formatted(String.valueOf(digit).repeat(64), name), NetworkView.class);
    }

    static KeptView kept(String kind, String name, String more) {
        return Json.read("""
                {"id": "%1$s-01980000-0000-7000-8000-000000000001", "name": "%2$s", "project": "default", "labels": {"team": "red"}, "version": 3, "size": 1, "usedBy": [],
                 "createdAt": "2026-01-01T00:00:00Z", "changedAt": "2026-01-02T00:00:00Z"%3$s}
                """.formatted(kind, name, more), KeptView.class);
    }

    /** @param replicas as JSON, {@code null} for none */
    static DeploymentView service(String name, DeploymentSpec spec, DeploymentView.Status status, int revision, String replicas) {
        return Json.read("""
                {"id": "%s", "name": "%s", "project": "default", "spec": %s, "revision": %d, "status": "%s", "ready": 0, "wanted": %d, "replicas": [%s],
                 "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-02T00:00:00Z"}
                """.formatted(DEPLOYMENT, name, Json.write(spec), revision, status, spec.replicas(), replicas == null ? "" : replicas), DeploymentView.class);
    }

    /** @param completed slots, as JSON without its brackets */
    static DeploymentView job(DeploymentSpec spec, DeploymentView.Status status, int revision, String completed, String replicas) {
        String json = Json.write(service("shop", spec, status, revision, replicas)).replaceFirst("\"wanted\":0", "\"wanted\":" + spec.asked());
        return Json.read(json.replaceFirst("\"completed\":\\[]", "\"completed\":[" + completed + "]"), DeploymentView.class);
    }

    static DeploymentView.Revision revision(int number, DeploymentSpec spec, String reason) {
        return Json.read("{\"revision\": %d, \"manifest\": \"%s\", \"spec\": %s, \"reason\": \"%s\", \"createdAt\": \"2026-01-02T00:00:00Z\"}"
                .formatted(number, Views.id('f'), Json.write(spec), reason), DeploymentView.Revision.class);
    }

    /** Of the service's first slot. @param more fields, each with a comma before it */
    static ContainerView replica(char digit, String state, boolean ready, String more) {
        return Json.read("""
                {"id": "%1$s", "name": "shop-0-%2$c", "project": "default", "owner": {"kind": "replica", "deployment": "%3$s", "deploymentName": "shop", "revision": 1, "slot": 0},
                 "state": "%4$s", "life": "RUNNING", "spec": {"image": "web:1"}, "run": 1, "restarts": 0, "ready": %5$s, "createdAt": "2026-01-02T12:00:00Z",
                 "startedAt": "2026-01-02T12:00:01Z", "node": {"id": "node-01980001-0000-7000-8000-000000000001", "name": "n1", "address": "10.0.0.1", "streamPort": 7071}%6$s}
                """.formatted(String.valueOf(digit).repeat(64), digit, DEPLOYMENT, state, ready, more), ContainerView.class);
    }
}
