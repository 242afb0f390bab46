package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.PortView;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Deployments as Docker's services. */
public final class ServiceForms {
    private ServiceForms() {}

    public static SwarmFilters filters(String text) {
        return SwarmFilters.parse(text, "id", "label", "mode", "name", "runtime").only("mode", java.util.Set.of("replicated", "global", "replicated-job", "global-job"));
    }

    public static boolean matches(DeploymentView service, SwarmFilters filters) {
        return filters.id(SwarmIds.of(service.id()))
                && filters.name(service.name())
                && filters.labels("label", service.spec().labels())
                && filters.any("mode", ServiceMode.word(service.spec())::equals)
                && filters.any("runtime", "container"::equals);
    }

    /** As a list shows it. */
    public static ObjectNode form(DeploymentView service, Cluster cluster, List<PortView> ports) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("ID", SwarmIds.of(service.id())).putObject("Version").put("Index", service.version());
        json.put("CreatedAt", service.createdAt().toString()).put("UpdatedAt", (service.updatedAt() == null ? service.createdAt() : service.updatedAt()).toString());
        json.set("Spec", spec(service.name(), service.spec(), cluster));
        List<PortPublish> published = service.spec().template().ports();
        ObjectNode endpoint = json.putObject("Endpoint");
        endpoint.set("Spec", ServicePorts.form(published));
        endpoint.set("Ports", ServicePorts.list(published.stream().map(port -> chosen(port, service, ports)).toList()));
        if (service.spec().mode().isJob()) {
            json.putObject("JobStatus").putObject("JobIteration").put("Index", service.revision());
        }
        return json;
    }

    /** How many run, for those who ask for it in a list. */
    public static ObjectNode counted(ObjectNode form, DeploymentView service) {
        long running = service.replicas().stream().filter(DeploymentView.Replica::ready).count();
        form.putObject("ServiceStatus").put("RunningTasks", running).put("DesiredTasks", ServiceMode.desired(service)).put("CompletedTasks", service.completed().size());
        return form;
    }

    /**
     * With what became of its latest change and what it was before.
     *
     * @param revisions newest first
     */
    public static ObjectNode inspect(DeploymentView service, Cluster cluster, List<PortView> ports, List<DeploymentView.Revision> revisions) {
        ObjectNode json = form(service, cluster, ports);
        before(service, revisions).ifPresent(one -> json.set("PreviousSpec", spec(service.name(), one.spec(), cluster)));
        update(service, revisions, json);
        if (service.spec().mode().isJob()) {
            present(service, revisions).ifPresent(one -> json.withObject("/JobStatus").put("LastExecution", one.createdAt().toString()));
        }
        return json;
    }

    private static Optional<DeploymentView.Revision> before(DeploymentView service, List<DeploymentView.Revision> revisions) {
        return revisions.stream().filter(one -> one.revision() < service.revision()).findFirst();
    }

    private static Optional<DeploymentView.Revision> present(DeploymentView service, List<DeploymentView.Revision> revisions) {
        return revisions.stream().filter(one -> one.revision() == service.revision()).findFirst();
    }

    /** Its first revision is no update, unless it came to nothing: a client that waits for it must be told. */
    private static void update(DeploymentView service, List<DeploymentView.Revision> revisions, ObjectNode json) {
        if (service.revision() == 1 && service.status() != DeploymentView.Status.FAILED) {
            return;
        }
        Optional<DeploymentView.Revision> present = present(service, revisions);
        boolean back = present.map(DeploymentView.Revision::reason).filter(reason -> reason.startsWith("rolled back")).isPresent();
        boolean all = service.ready() == service.wanted();
        String state = switch (service.status()) {
            case STEADY, COMPLETE -> back ? "rollback_completed" : "completed";
            case ROLLING, RUNNING -> back ? "rollback_started" : "updating";
            // what has failed is the rollout before, if this one goes back to where that began
            case FAILED -> !back ? "paused" : all ? "rollback_completed" : "rollback_started";
        };
        ObjectNode status = json.putObject("UpdateStatus").put("State", state);
        present.ifPresent(one -> status.put("StartedAt", one.createdAt().toString()));
        if (state.endsWith("completed") && service.updatedAt() != null) {
            status.put("CompletedAt", service.updatedAt().toString());
        }
        status.put("Message", service.detail() != null ? service.detail() : present.map(DeploymentView.Revision::reason).orElse(""));
    }

    private static ObjectNode spec(String name, DeploymentSpec spec, Cluster cluster) {
        ObjectNode json = Json.mapper().createObjectNode().put("Name", name);
        json.set("Labels", Json.mapper().valueToTree(new TreeMap<>(spec.labels())));
        json.set("TaskTemplate", TaskTemplate.form(spec.template(), cluster));
        TaskSpread.show(spec, json.withObject("/TaskTemplate"));
        ServiceMode.form(spec, json.putObject("Mode"));
        if (spec.mode().isJob()) {
            ServiceMode.showAttempts(spec.job(), json.withObject("/TaskTemplate"));
        } else {
            json.set("UpdateConfig", ServiceRollout.form(spec.rollout()));
        }
        json.set("EndpointSpec", ServicePorts.form(spec.template().ports()));
        return json;
    }

    /** With the port of the nodes that was chosen for it, if nobody said one. */
    private static PortPublish chosen(PortPublish port, DeploymentView service, List<PortView> ports) {
        return port.hostPort() != 0
                ? port
                : ports.stream()
                        .filter(one -> one.holderId().equals(service.id().value()) && one.containerPort() == port.containerPort() && one.protocol() == port.protocol())
                        .findFirst()
                        .map(one -> new PortPublish(one.hostAddress(), one.hostPort(), one.containerPort(), one.protocol()))
                        .orElse(port);
    }

    /** Whether replicas of that revision are as good as those of the present one. */
    public static boolean upToDate(DeploymentView service, List<DeploymentView.Revision> revisions, int revision) {
        return revision == service.revision()
                || present(service, revisions)
                        .flatMap(now -> revisions.stream()
                                .filter(one -> one.revision() == revision)
                                .findFirst()
                                .map(then -> then.spec().template().equals(now.spec().template()) && then.manifest().equals(now.manifest())))
                        .orElse(false);
    }
}
