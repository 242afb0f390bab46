package io.gantry.gateway.docker.api;

import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.SwarmForms;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The swarm itself, which is there as soon as the platform is, and what is in it. */
@Singleton
class SwarmEndpoints {
    private static final String SWARM = "/swarm";
    private final ClusterLookup cluster;
    private final NodeEndpoints nodes;
    private final ServiceEndpoints services;
    private final TaskEndpoints tasks;
    private final KeptEndpoints kept;

    @Inject
    SwarmEndpoints(ClusterLookup cluster, NodeEndpoints nodes, ServiceEndpoints services, TaskEndpoints tasks, KeptEndpoints kept) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.services = services;
        this.tasks = tasks;
        this.kept = kept;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, SWARM, _ -> cluster.firstNetwork().map(first -> Reply.ok(SwarmForms.swarm(first))));
        routes.reply(HttpMethod.POST, SWARM + "/init", _ -> Future.failedFuture(new DockerRefusal(
                503, "This node is already part of a swarm. The platform is one from its beginning, and stays it")));
        refuse(routes, HttpMethod.POST, "/join", "a node joins by its agent, with a token of POST /join-tokens");
        refuse(routes, HttpMethod.POST, "/leave", "drain a node, stop its agent, and remove it: docker node rm");
        refuse(routes, HttpMethod.POST, "/update", "certificates, heartbeats and the rest are set where the control plane is started");
        refuse(routes, HttpMethod.GET, "/unlockkey", "no manager is locked: the installation's keys are files of the control plane");
        refuse(routes, HttpMethod.POST, "/unlock", "no manager is locked: the installation's keys are files of the control plane");
        nodes.register(routes);
        services.register(routes);
        tasks.register(routes);
        kept.register(routes);
    }

    private static void refuse(Routes routes, HttpMethod method, String verb, String instead) {
        routes.reply(method, SWARM + verb, _ -> Future.failedFuture(DockerRefusal.notSupported(method + " " + SWARM + verb, instead)));
    }
}
