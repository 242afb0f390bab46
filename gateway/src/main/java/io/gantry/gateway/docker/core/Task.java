package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A replica's container as Docker's task, or an earlier run of it: a container that its node has started again is a task for each run, of which all but the
 * latest have ended.
 *
 * @param id the container's, or one made of it and the run
 * @param container {@code null} as long as nobody has made it
 * @param slot from 0
 * @param desired {@code running}, of a job {@code complete}, or {@code shutdown}
 * @param since when it came into its state
 */
public record Task(
        String id, DeploymentView service, ContainerView container, int slot, int revision, String state, String desired, Instant since, String message, String error, Integer exitCode) {
    static final String RUNNING = "running";
    static final String SHUTDOWN = "shutdown";
    static final String COMPLETE = "complete";
    static final String ACCEPTED = "accepted";
    /** What ends by a signal has this and the signal's number as its exit code. */
    private static final int SIGNALLED = 128;

    /** By SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV. */
    private static final Set<Integer> CRASHES = Set.of(132, 134, 135, 136, 139);

    public static SwarmFilters filters(String text) {
        return SwarmFilters.parse(text, "id", "label", "name", "node", "service", "desired-state", "runtime", "_up-to-date").only("desired-state", Set.of(RUNNING, SHUTDOWN, ACCEPTED, COMPLETE));
    }

    /** Of those services; the containers may be anybody's. */
    public static List<Task> of(List<DeploymentView> services, List<ContainerView> containers) {
        List<Task> tasks = new ArrayList<>();
        for (DeploymentView service : services) {
            Set<ContainerId> replicas = new HashSet<>();
            for (DeploymentView.Replica replica : service.replicas()) {
                replicas.add(replica.container());
                Optional<ContainerView> container = containers.stream().filter(one -> one.id().equals(replica.container())).findFirst();
                boolean wanted = !replica.state().equals("REMOVING") && container.map(Task::wanted).orElse(true);
                container.ifPresentOrElse(
                        one -> add(tasks, service, one, replica.slot(), replica.revision(), wanted),
                        () -> tasks.add(new Task(
                                replica.container().value(), service, null, replica.slot(), replica.revision(), "new", wanted ? aim(service) : SHUTDOWN, service.createdAt(), "created", null, null)));
            }
            addForgotten(tasks, service);
            for (ContainerView container : containers) {
                if (container.owner() instanceof Owner.Replica owner && owner.deployment().equals(service.id()) && !replicas.contains(container.id())) {
                    add(tasks, service, container, owner.slot(), owner.revision(), false);
                }
            }
        }
        return tasks;
    }

    /** What a job has done stays done when nothing is left of the container that did it. */
    private static void addForgotten(List<Task> tasks, DeploymentView service) {
        Set<Integer> known = new HashSet<>();
        service.replicas().stream().filter(replica -> replica.revision() == service.revision()).forEach(replica -> known.add(replica.slot()));
        service.completed().stream()
                .filter(slot -> !known.contains(slot))
                .forEach(slot -> tasks.add(new Task(
                        SwarmIds.ofRun(service.id().value(), service.revision(), slot), service, null, slot, service.revision(), COMPLETE, COMPLETE, service.createdAt(), "finished", null, 0)));
    }

    private static String aim(DeploymentView service) {
        return service.spec().mode().isJob() ? COMPLETE : RUNNING;
    }

    private static boolean wanted(ContainerView container) {
        return container.life() != Desired.Life.REMOVED && container.life() != Desired.Life.STOPPED && container.state() != ContainerView.State.REMOVING;
    }

    private static void add(List<Task> tasks, DeploymentView service, ContainerView c, int slot, int revision, boolean wanted) {
        boolean ended = c.state() == ContainerView.State.EXITED || c.state() == ContainerView.State.FAILED;
        tasks.add(new Task(
                c.id().value(), service, c, slot, revision, state(c, wanted), !wanted || isOver(service, c) ? SHUTDOWN : aim(service), since(c, ended), c.state().name().toLowerCase(java.util.Locale.ROOT), error(c),
                ended ? Integer.valueOf(DockerStates.exitCode(c)) : null));
        for (int i = 0; i < c.ends().size(); i++) {
            Observed.End end = c.ends().get(i);
            // the latest, if it has ended, is the task itself
            if (!ended || !end.finishedAt().equals(c.finishedAt())) {
                tasks.add(earlier(service, c, slot, revision, end, i + 1 < c.ends().size() ? c.ends().get(i + 1).run() : c.run()));
            }
        }
    }

    /** @param nextRun that followed; the same where its policy started it again */
    private static Task earlier(DeploymentView service, ContainerView c, int slot, int revision, Observed.End end, long nextRun) {
        boolean failed = end.exitCode() == null || end.exitCode() != 0;
        boolean asked = nextRun > end.run() && wasMadeToEnd(end);
        String why = end.detail() != null ? end.detail() : failed && !asked && end.exitCode() != null ? exit(end.exitCode()) : null;
        return new Task(
                SwarmIds.ofRun(c.id().value(), end.run(), end.restarts()), service, c, slot, revision, asked ? SHUTDOWN : failed ? "failed" : COMPLETE, SHUTDOWN, end.finishedAt(), "finished", why, end.exitCode());
    }

    /** As a command ends that is asked to by a signal, or killed; not by one of its own. */
    private static boolean wasMadeToEnd(Observed.End end) {
        return (end.reason() == Observed.ExitReason.EXITED || end.reason() == Observed.ExitReason.SIGNALLED)
                && end.exitCode() != null && (end.exitCode() == 0 || end.exitCode() > SIGNALLED) && !CRASHES.contains(end.exitCode());
    }

    /** Another one is tried in its place, or none any more. */
    private static boolean isOver(DeploymentView service, ContainerView c) {
        return service.spec().mode().isJob() && (c.state() == ContainerView.State.FAILED || c.state() == ContainerView.State.EXITED && DockerStates.exitCode(c) != 0);
    }

    private static String state(ContainerView c, boolean wanted) {
        return switch (c.state()) {
            case REQUESTED -> "pending";
            case PLACED -> "assigned";
            case PREPARING -> "preparing";
            case CREATED -> "ready";
            // until its probe or its health check says so it is on its way
            case RUNNING, PAUSED -> c.ready() ? RUNNING : "starting";
            case STOPPING -> RUNNING;
            case EXITED -> !wanted ? SHUTDOWN : DockerStates.exitCode(c) == 0 ? COMPLETE : "failed";
            case FAILED -> wanted ? "failed" : SHUTDOWN;
            case REMOVING, REMOVED -> SHUTDOWN;
            case LOST -> "orphaned";
        };
    }

    private static Instant since(ContainerView c, boolean ended) {
        Instant at = ended ? c.finishedAt() : DockerStates.running(c) ? c.startedAt() : null;
        return at == null ? c.createdAt() : at;
    }

    /** Why it isn't as wanted. */
    private static String error(ContainerView c) {
        if (c.failure() != null) {
            return c.failure().step() + ": " + c.failure().detail();
        }
        if (c.state() == ContainerView.State.EXITED && DockerStates.exitCode(c) != 0) {
            return exit(DockerStates.exitCode(c));
        }
        return null;
    }

    private static String exit(int code) {
        return "task: non-zero exit (" + code + ")";
    }

    /** The container whose log is this task's. */
    public Optional<ContainerView> logged() {
        return Optional.ofNullable(container).filter(one -> one.node() != null);
    }

    /** Whether it isn't an earlier run. */
    public boolean latest() {
        return container == null || id.equals(container.id().value());
    }

    public boolean matches(SwarmFilters filters) {
        ContainerView.Node node = container == null ? null : container.node();
        return filters.id(id)
                && filters.any("name", name()::startsWith)
                && filters.any("service", wanted -> wanted.equals(service.name()) || !wanted.isEmpty() && SwarmIds.of(service.id()).startsWith(wanted))
                && filters.any("node", wanted -> node != null && (wanted.equals(node.name()) || !wanted.isEmpty() && SwarmIds.of(node.id()).startsWith(wanted)))
                && filters.any("desired-state", desired::equals)
                && filters.any("runtime", "container"::equals)
                && (filters.labels("label", service.spec().labels()) || filters.labels("label", spec().labels()));
    }

    private String name() {
        return service.name() + "." + (global() ? node() : shownSlot());
    }

    /** Its tasks are called by their nodes, and have no slots. */
    private boolean global() {
        return service.spec().mode().isOnEachNode();
    }

    /** Docker counts replicas from 1, and completions of a job from 0. */
    private int shownSlot() {
        return service.spec().mode().isJob() ? slot : slot + 1;
    }

    /** Docker's id of its node; empty as long as it has none. */
    private String node() {
        return container == null || container.node() == null ? "" : SwarmIds.of(container.node().id());
    }

    private ContainerSpec spec() {
        return container == null ? service.spec().template() : container.spec();
    }

    public ObjectNode form(Cluster cluster) {
        ObjectNode json = Json.mapper().createObjectNode().put("ID", id);
        json.putObject("Version").put("Index", revision);
        json.put("CreatedAt", (container == null ? service.createdAt() : container.createdAt()).toString()).put("UpdatedAt", since.toString());
        json.put("Name", name()).putObject("Labels");
        json.set("Spec", TaskTemplate.form(spec(), cluster));
        json.put("ServiceID", SwarmIds.of(service.id()));
        if (!global()) {
            json.put("Slot", shownSlot());
        }
        if (service.spec().mode().isJob()) {
            json.putObject("JobIteration").put("Index", revision);
        }
        if (container != null && container.node() != null) {
            json.put("NodeID", node());
        }
        ObjectNode status = json.putObject("Status").put("Timestamp", since.toString()).put("State", state).put("Message", message);
        if (error != null) {
            status.put("Err", error);
        }
        if (container != null) {
            ObjectNode process = status.putObject("ContainerStatus").put("ContainerID", container.id().value());
            process.put("PID", container.pid() == null || !DockerStates.running(container) || !latest() ? 0 : container.pid()).put("ExitCode", exitCode == null ? 0 : exitCode);
        }
        return json.put("DesiredState", desired);
    }

    /** What comes before each line of its log for those who ask for it, in Docker's form. */
    public String logDetails() {
        return "com.docker.swarm.node.id=" + node() + ",com.docker.swarm.service.id=" + SwarmIds.of(service.id()) + ",com.docker.swarm.task.id=" + id;
    }
}
