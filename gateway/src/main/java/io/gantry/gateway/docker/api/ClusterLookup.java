package io.gantry.gateway.docker.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.KeptView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import io.gantry.contracts.view.PortView;
import io.gantry.gateway.docker.core.Cluster;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.SwarmIds;
import io.gantry.gateway.docker.core.Task;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks the services for what Docker calls a swarm. */
@Singleton
class ClusterLookup {
    private final PartClient parts;
    private final DockerContainers containers;

    @Inject
    ClusterLookup(PartClient parts, DockerContainers containers) {
        this.parts = parts;
        this.containers = containers;
    }

    Future<List<DeploymentView>> services() {
        return parts.list(Part.SCHEDULER, "/deployments", DeploymentView.class);
    }

    /** @param ref a name, an id as we or Docker write it, or the beginning of Docker's */
    Future<DeploymentView> service(String ref) {
        return services().map(all -> all.stream()
                .filter(one -> one.id().value().equals(ref))
                .findFirst()
                .orElseGet(() -> SwarmIds.find("service", ref, all, one -> SwarmIds.of(one.id()), DeploymentView::name)));
    }

    Future<List<DeploymentView.Revision>> revisions(DeploymentView service) {
        return parts.list(Part.SCHEDULER, "/deployments/" + service.id() + "/revisions", DeploymentView.Revision.class);
    }

    /** Those that are lost last: they may share a name with one that is there. */
    Future<List<NodeView>> nodes() {
        return parts.list(Part.SCHEDULER, "/nodes", NodeView.class)
                .map(all -> all.stream().sorted(Comparator.comparing((NodeView node) -> node.state() == NodeView.State.LOST)).toList());
    }

    Future<NodeView> node(String ref) {
        return nodes().map(all -> all.stream()
                .filter(one -> one.id().value().equals(ref))
                .findFirst()
                .orElseGet(() -> SwarmIds.find("node", ref, all, one -> SwarmIds.of(one.id()), NodeView::name)));
    }

    /** @param kind {@code secret} or {@code config}; without contents */
    Future<List<KeptView>> kept(String kind) {
        return parts.list(Part.CONTAINER, "/" + kind + "s", KeptView.class);
    }

    Future<Cluster> cluster() {
        Future<List<NodeView>> nodes = nodes();
        Future<List<NetworkView>> networks = parts.list(Part.NETWORK, "/networks", NetworkView.class);
        Future<List<KeptView>> secrets = kept("secret");
        Future<List<KeptView>> configs = kept("config");
        return Future.all(nodes, networks, secrets, configs).map(_ -> new Cluster(nodes.result(), networks.result(), secrets.result(), configs.result()));
    }

    /** Which ports of the nodes are whose. */
    Future<List<PortView>> ports() {
        return parts.list(Part.NETWORK, "/ports", PortView.class);
    }

    /** The network that is there from the beginning; empty while network-service doesn't answer. */
    Future<Optional<NetworkView>> firstNetwork() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class)
                .map(all -> all.stream().filter(one -> one.name().equals(ContainerSpec.DEFAULT_NETWORK)).findFirst())
                .otherwise(Optional.empty());
    }

    Future<List<Task>> tasks() {
        Future<List<DeploymentView>> services = services();
        Future<List<ContainerView>> existing = containers.all();
        return Future.all(services, existing).map(_ -> Task.of(services.result(), existing.result()));
    }

    /** @param version as the client sends it, which is what it has read */
    static void sameVersion(String version, long present) {
        if (version == null || !version.matches("\\d{1,19}")) {
            throw new DockerRefusal(400, "invalid version '" + (version == null ? "" : version) + "': send the number that was read with it");
        }
        if (!version.equals(Long.toString(present))) {
            throw outOfSequence();
        }
    }

    /** Whether a service refused it so; a refusal of our own is none of theirs. */
    static boolean says(Throwable e, ProblemType kind) {
        return !(e instanceof DockerRefusal) && GatewayProblems.of(e).is(kind);
    }

    /** In the words and with the status of Docker's daemon, by which clients know it. */
    static DockerRefusal outOfSequence() {
        return new DockerRefusal(500, "rpc error: code = Unknown desc = update out of sequence");
    }
}
