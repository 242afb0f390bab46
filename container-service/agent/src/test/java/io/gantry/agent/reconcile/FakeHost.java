package io.gantry.agent.reconcile;

import io.gantry.agent.image.BlobSourceAway;
import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerFailure;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.kept.FileSource;
import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.agent.runtime.Unready;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.PressureView;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A host without a kernel: remembers what runs on it and everything that was asked of it. */
final class FakeHost implements ContainerRuntime, LayerStore, FileSource, HostNetwork {
    private final Map<ContainerId, CountDownLatch> applied = new ConcurrentHashMap<>();
    /** The network of every endpoint has been applied before. */
    volatile boolean networkIsHere;
    /** So often {@link #kill} fails. */
    volatile int killFails;
    /** So often {@link #rewire} fails. */
    volatile int rewireFails;
    volatile int pauseFails;
    /** What a container can be plugged into once that has been applied. */
    volatile List<Attachment> plugs = List.of(plug());
    /** So often {@link #apply} fails. */
    volatile int networkFails;
    volatile int networkErrno = 95;
    /** One permit for each {@link #apply}. */
    final Semaphore rounds = new Semaphore(0);
    /** What {@link #apply} takes its time with. */
    volatile Runnable working = () -> {};
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Map<ContainerId, Running> running = new ConcurrentHashMap<>();
    volatile boolean endsAtOnce;
    /** Until it is called off. */
    volatile boolean startHangs;
    /** So often the source of images is away. */
    volatile int imageAway;
    /** What every secret holds; {@code null} while their source is away. */
    volatile String secret = "first";
    private final Map<ContainerId, Long> files = new ConcurrentHashMap<>();
    /** Set where a port is taken. */
    volatile Observed.Failure taken;
    /** Set where an update is refused. */
    volatile Observed.Failure notUpdated;
    volatile List<Recovered> found = List.of();
    private volatile ExitListener listener;

    @Override
    public Running start(RunRequest request, CallOff callOff) throws StartFailure {
        ContainerId id = request.container().id();
        calls.add("start " + request.run());
        files.put(id, request.container().files());
        request.files().items().forEach(one -> calls.add("file " + new String(one.content(), StandardCharsets.UTF_8)));
        if (startHangs) {
            CountDownLatch calledOff = new CountDownLatch(1);
            callOff.endBy(calledOff::countDown);
            try {
                calledOff.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new StartFailure(new Observed.Failure("attach", 125, "called off", ""), null);
        }
        Running begun = new Running(id, request.run(), 42, Instant.now());
        running.put(id, begun);
        if (endsAtOnce) {
            end(id, 0);
        }
        return begun;
    }

    /** Its endpoint is in the kernel. */
    void awaitApplied(ContainerId container) throws InterruptedException {
        if (!latch(container).await(5, TimeUnit.SECONDS)) {
            throw new AssertionError("the network of " + container + " was not applied");
        }
    }

    private CountDownLatch latch(ContainerId container) {
        return applied.computeIfAbsent(container, _ -> new CountDownLatch(1));
    }

    /** As if its first process ended. */
    void end(ContainerId id, int code) {
        end(id, new Exit(code, Observed.ExitReason.EXITED, Instant.now()));
    }

    void end(ContainerId id, Exit exit) {
        Running ended = running.remove(id);
        if (ended != null) {
            listener.exited(id, ended.run(), exit);
        }
    }

    @Override
    public Optional<Observed.Failure> update(Desired.Container wanted) {
        calls.add("update " + wanted.update());
        return Optional.ofNullable(notUpdated);
    }

    @Override
    public void rewire(ContainerId id, List<Attachment> networks) {
        calls.add("rewire " + networks.stream().map(Attachment::network).toList());
        if (rewireFails > 0) {
            rewireFails--;
            throw new IllegalStateException("no descriptors left");
        }
    }

    @Override
    public boolean signal(ContainerId id, String signal) {
        calls.add("signal " + signal);
        return running.containsKey(id);
    }

    @Override
    public boolean resize(ContainerId id, int rows, int columns) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean pause(ContainerId id) {
        calls.add("pause");
        if (pauseFails > 0) {
            pauseFails--;
            throw new OutOfMemoryError("unable to create native thread");
        }
        return running.containsKey(id);
    }

    @Override
    public boolean unpause(ContainerId id) {
        calls.add("unpause");
        return running.containsKey(id);
    }

    @Override
    public CompletionStage<KeptFiles> fetch(ContainerId id) {
        return secret == null
                ? CompletableFuture.failedFuture(new Away())
                : CompletableFuture.completedFuture(new KeptFiles(List.of(new KeptFiles.One("secret", "db", secret.getBytes(StandardCharsets.UTF_8)))));
    }

    /** Nobody who knows secrets can be reached. */
    private static final class Away extends RuntimeException implements Unready {
        private static final long serialVersionUID = 1L;

        @Override
        public Observed.Failure failure() {
            return new Observed.Failure("files", 0, "container-service at 10.0.0.1:7086: refused", "look");
        }

        @Override
        public boolean sourceAway() {
            return true;
        }
    }

    @Override
    public void renew(Desired.Container wanted, KeptFiles contents) {
        files.put(wanted.id(), wanted.files());
        contents.items().forEach(one -> calls.add("renew " + new String(one.content(), StandardCharsets.UTF_8)));
    }

    @Override
    public OptionalLong files(ContainerId id) {
        return running.containsKey(id) ? OptionalLong.of(files.get(id)) : OptionalLong.empty();
    }

    @Override
    public boolean limitLog(ContainerId id, LogPolicy policy) {
        calls.add("log " + policy.maxSize());
        return running.containsKey(id);
    }

    @Override
    public void kill(ContainerId id) {
        calls.add("kill");
        if (killFails > 0) {
            killFails--;
            throw new IllegalStateException("no descriptors left");
        }
        end(id, 137);
    }

    @Override
    public void remove(ContainerId id) {
        calls.add("remove");
    }

    @Override
    public Optional<ContainerStats> stats(ContainerId id) {
        return Optional.empty();
    }

    @Override
    public Optional<PressureView> pressure(ContainerId id, Duration time) {
        return Optional.empty();
    }

    @Override
    public List<ContainerProcess> processes(ContainerId id) {
        return List.of();
    }

    @Override
    public ExecSession exec(ContainerId id, ExecSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ExecSession debug(ContainerId id, DebugSpec spec, ImageConfig toolbox, List<Layer> layers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AttachSession attach(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Recovered> recover() {
        return found;
    }

    @Override
    public String script(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel dial(ContainerId id, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CompletableFuture<SocketChannel>> accept(ContainerId id, String socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public IsolationView isolation(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Explanation explain(ContainerId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onExit(ExitListener to) {
        listener = to;
    }

    @Override
    public CompletionStage<List<Layer>> ensure(ResolvedImage image) {
        calls.add("fetch");
        if (imageAway > 0) {
            imageAway--;
            return CompletableFuture.failedFuture(new LayerFailure(
                    new Observed.Failure("image", 0, "layer sha256:1: image-service at 10.0.0.1:7087: refused", "look"),
                    new BlobSourceAway("image-service at 10.0.0.1:7087: refused", null)));
        }
        return CompletableFuture.completedFuture(new ArrayList<>());
    }

    @Override
    public void apply(
            Collection<Desired.Network> networks, Collection<Desired.Endpoint> endpoints, Collection<Desired.Service> services) {
        calls.add("network");
        rounds.release();
        if (networkFails > 0) {
            networkFails--;
            throw new NetlinkFailure("create bridge gb1", networkErrno, "");
        }
        working.run();
        endpoints.forEach(endpoint -> latch(endpoint.container()).countDown());
    }

    @Override
    public void resolveBy(Map<ContainerId, List<Ipv4>> servers) {
        servers.forEach((id, its) -> calls.add("resolve by " + its));
    }

    @Override
    public List<Attachment> attachments(ContainerId container) {
        return latch(container).getCount() == 0 ? plugs : List.of();
    }

    @Override
    public Optional<Attachment> early(Desired.Endpoint endpoint) {
        return networkIsHere ? Optional.of(plug()) : Optional.empty();
    }

    static Attachment plug() {
        return plug("c".repeat(64), ContainerSpec.DEFAULT_NETWORK);
    }

    static Attachment plug(String endpoint, String network) {
        Ipv4 gateway = Ipv4.parse("10.1.0.1");
        return new Attachment(
                new EndpointId(endpoint), network, "bridge", "gveth", 0, gateway.plus(1), 24, gateway, MacAddress.of(gateway.plus(1)), 1450, List.of(), List.of());
    }

    @Override
    public Optional<Observed.Failure> refusal(ContainerId container) {
        return Optional.ofNullable(taken);
    }

    @Override
    public void letSend(Attachment cable) {
        calls.add("let send");
    }

    @Override
    public List<Observed.WithheldPort> withheld() {
        return List.of();
    }

    @Override
    public void close() {}

    @Override
    public void tearDown() {}
}
