package io.gantry.image.build.step;

import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.StepId;
import io.gantry.image.build.store.Builds;
import io.gantry.image.build.stream.StepContainer;
import io.gantry.image.build.stream.StepContainers;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * RUN: a container on the ordinary path, whose output is shown while it runs and whose changes become a layer. Whatever happens, the
 * container is given back.
 */
@Singleton
class RunStep {
    private static final Logger LOG = Logger.getLogger(RunStep.class);
    private static final long LOG_END_SECONDS = 30;
    private final Database database;
    private final Builds builds;
    private final StepContainers containers;
    private final AgentCalls agents;
    private final ImageSettings settings;
    private final World world;

    @Inject
    RunStep(
            Database database, Builds builds, StepContainers containers, AgentCalls agents, ImageSettings settings, World world) {
        this.database = database;
        this.builds = builds;
        this.containers = containers;
        this.agents = agents;
        this.settings = settings;
        this.world = world;
    }

    /**
     * What a RUN needs.
     *
     * @param env added to the image's
     * @param network as a container's spec names it
     */
    record Wanted(
            BuildRequest build, StepId step, ResolvedImage image, List<String> command, Map<String, String> env, List<Mount> mounts, String network) {
        /** Ids of ssh agents of the client's. */
        List<String> agents() {
            return mounts.stream().filter(Mount.Socket.class::isInstance).map(mount -> ((Mount.Socket) mount).id()).distinct().toList();
        }
    }

    /** Makes a layer of a container's changes. */
    interface Changes extends AgentCalls.Reader<ResolvedImage.Layer> {}

    ResolvedImage.Layer run(Wanted wanted, Changes changes, StepOutput output) throws IOException, InterruptedException {
        ContainerId id = new ContainerId(Ids.hex64(world.random()));
        StepContainer container = containers.await(id);
        try {
            database.await(() -> builds.want(event(wanted, id)));
            output.running(id);
            NodeId node = begun(container);
            List<String> agents = wanted.agents();
            if (!agents.isEmpty()) {
                output.agents(id, agents);
            }
            CompletableFuture<Void> shown = show(node, id, output);
            StepContainer.End end = within(container.ended(), settings.build().stepDeadline().toMillis());
            // a log that doesn't end must not hold up the build
            within(shown.completeOnTimeout(null, LOG_END_SECONDS, TimeUnit.SECONDS), Long.MAX_VALUE);
            return switch (end) {
                case StepContainer.End.Lost(var detail, var hint) -> throw new BuildFailure(detail, hint);
                case StepContainer.End.Exited(_, var code, var outOfMemory) -> {
                    if (code != 0) {
                        throw BuildFailure.of(
                                new BuildFailure.Ended(wanted.command(), code),
                                "ended with exit code " + code + (outOfMemory ? ", out of memory" : ""),
                                outOfMemory ? "give steps more than " + settings.build().memory() + ": gantry.image.build.memory" : null);
                    }
                    yield changes(changes, node, id);
                }
            };
        } finally {
            containers.forget(id);
            giveBack(wanted.build(), id);
        }
    }

    private ResolvedImage.Layer changes(Changes changes, NodeId node, ContainerId id) throws InterruptedException {
        try {
            return agents.layer(node, id, changes);
        } catch (IOException e) {
            LOG.errorf(e, "the changes of %s can't be fetched", id.shortForm());
            throw new BuildFailure("what it changed can't be fetched from " + node + ": " + e.getMessage(), "build again");
        }
    }

    private BuildEvent.ContainerWanted event(Wanted wanted, ContainerId id) {
        ContainerSpec spec =
                ContainerSpec.from(wanted.image().reference())
                        .entrypoint(List.of())
                        .command(wanted.command())
                        .env(wanted.env())
                        .mounts(wanted.mounts())
                        .network(wanted.network())
                        .extraHosts(wanted.build().terms().hosts())
                        .resources(Resources.limits().memory(Bytes.parse(settings.build().memory())).shm(wanted.build().terms().shm().orElse(null)).build())
                        .labels(Map.of("gantry.build", wanted.build().id().value()))
                        .build();
        String name = "build-" + id.shortForm() + "-" + wanted.step();
        return new BuildEvent.ContainerWanted(
                wanted.build().id(), id, name, new Owner.BuildStep(wanted.build().id(), wanted.step().number()), spec, wanted.image());
    }

    /** Waits until it runs, or has ended without. */
    private NodeId begun(StepContainer container) throws InterruptedException, IOException {
        CompletableFuture<Object> either = CompletableFuture.anyOf(container.begun(), container.ended());
        within(either, settings.build().startDeadline().toMillis());
        if (!container.begun().isDone() && container.ended().join() instanceof StepContainer.End.Lost(var detail, var hint)) {
            throw new BuildFailure(detail, hint);
        }
        return container.begun().join();
    }

    private CompletableFuture<Void> show(NodeId node, ContainerId id, StepOutput output) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().name("build-log").start(() -> {
            try {
                agents.logs(node, id, body -> {
                    StepLog.copy(body, output);
                    return null;
                });
            } catch (IOException e) {
                LOG.warnf("the output of %s broke off: %s", id.shortForm(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.debugf("nobody reads the output of %s any more: %s", id.shortForm(), e.getMessage());
            } finally {
                done.complete(null);
            }
        });
        return done;
    }

    /** On a thread of its own: this one may be interrupted, the container has to go all the same. */
    private void giveBack(BuildRequest build, ContainerId id) {
        Thread.ofVirtual().name("build-cleanup").start(() -> {
            try {
                database.await(() -> builds.giveBack(build.id(), id));
            } catch (RuntimeException e) {
                LOG.errorf(e, "container %s of %s is given back at the next start", id.shortForm(), build.id());
            }
        });
    }

    private static <T> T within(CompletableFuture<T> future, long millis) throws InterruptedException, IOException {
        try {
            return future.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new BuildFailure("nothing was heard of its container for " + millis / 1000 + " s", "see it with: gantry ps --all");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
