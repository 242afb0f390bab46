package io.gantry.agent.execute;

import io.gantry.agent.image.Layer;
import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.reconcile.Journal;
import io.gantry.agent.reconcile.NodeReconciler;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.state.StateKey;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An agent without services: a test tells it what its node shall hold. Runtime, decisions and journal are the real ones. */
final class LoneAgent implements AutoCloseable {
    private static final NodeId NODE = new NodeId("node-00000000-0000-7000-8000-000000000001");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    final LinuxContainerRuntime runtime;
    private final NodeReconciler reconciler;
    private final Map<ContainerId, Held> held = new HashMap<>();
    private final Set<ContainerId> gone = new HashSet<>();
    private long generation;

    /**
     * Takes up what an earlier one has left.
     *
     * @param changes told of each change that has been written down
     */
    LoneAgent(RuntimeSettings settings, Path layer, Means means, Runnable changes) throws IOException {
        runtime = new LinuxContainerRuntime(settings, KernelReport.COMPLETE, means);
        Journal journal = new Journal(settings.data().resolve("agent"));
        reconciler = new NodeReconciler(
                runtime, image -> CompletableFuture.completedFuture(List.of(new Layer.Folder(image.manifest(), layer))),
                id -> CompletableFuture.completedFuture(new KeptFiles(List.of())), new NoNetwork(),
                journal, Clock.systemUTC(), new ContainerListener() {
                    @Override
                    public void changed(Held one, Optional<Desired.Container> wanted) {
                        changes.run();
                        learn(one);
                    }

                    @Override
                    public void gone(ContainerId id) {
                        changes.run();
                        unlearn(id);
                    }

                    @Override
                    public void epoch(long epoch) {
                        // nobody is told anything under it
                    }
                });
        reconciler.start(journal.desire(), journal.held());
    }

    static LoneAgent usual(RuntimeSettings settings, Path layer) throws IOException {
        return new LoneAgent(settings, layer, Means.usual(), () -> {});
    }

    /** The whole of what its node shall hold. */
    void wants(Desired.Container... all) {
        generation++;
        reconciler.snapshot(1, generation, Stream.of(all)
                .map(one -> new DesiredRecord(new StateKey(NODE, "container", one.id().value()), generation, 1, one))
                .toList());
    }

    private synchronized void learn(Held one) {
        held.put(one.id(), one);
        notifyAll();
    }

    private synchronized void unlearn(ContainerId id) {
        held.remove(id);
        gone.add(id);
        notifyAll();
    }

    /** It was told that nothing is left of it. */
    synchronized void awaitGone(ContainerId id) throws InterruptedException {
        await(() -> gone.contains(id), id);
    }

    synchronized Held await(ContainerId id, Predicate<Held> wanted) throws InterruptedException {
        await(() -> held.containsKey(id) && wanted.test(held.get(id)), id);
        return held.get(id);
    }

    private void await(BooleanSupplier done, ContainerId id) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(id.shortForm() + " stays " + held.get(id));
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        reconciler.close();
        runtime.close();
    }

    /** Containers are on no network of its node. */
    private static final class NoNetwork implements HostNetwork {
        @Override
        public void apply(Collection<Desired.Network> networks, Collection<Desired.Endpoint> endpoints, Collection<Desired.Service> services) {
            // there are none
        }

        @Override
        public void resolveBy(Map<ContainerId, List<Ipv4>> servers) {
            // nobody asks
        }

        @Override
        public List<Attachment> attachments(ContainerId container) {
            return List.of();
        }

        @Override
        public Optional<Attachment> early(Desired.Endpoint endpoint) {
            return Optional.empty();
        }

        @Override
        public Optional<Observed.Failure> refusal(ContainerId container) {
            return Optional.empty();
        }

        @Override
        public void letSend(Attachment cable) {
            // there are no cables
        }

        @Override
        public List<Observed.WithheldPort> withheld() {
            return List.of();
        }

        @Override
        public void close() {
            // holds nothing
        }

        @Override
        public void tearDown() {
            // has made nothing
        }
    }
}
