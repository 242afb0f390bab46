package io.gantry.agent.main;

import io.gantry.agent.api.ApiRelay;
import io.gantry.agent.execute.KernelCheck;
import io.gantry.agent.execute.LinuxContainerRuntime;
import io.gantry.agent.image.BlobSource;
import io.gantry.agent.image.FetchedLayers;
import io.gantry.agent.image.HttpBlobSource;
import io.gantry.agent.image.LayerDisk;
import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.image.PeeredBlobSource;
import io.gantry.agent.image.SharedBlobs;
import io.gantry.agent.image.WireLedger;
import io.gantry.agent.kept.LinkFileSource;
import io.gantry.agent.link.Joining;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.NodeLink;
import io.gantry.agent.link.Renewal;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.measure.Disturbances;
import io.gantry.agent.network.LinuxHostNetwork;
import io.gantry.agent.observe.GrpcQuestion;
import io.gantry.agent.observe.HealthChecks;
import io.gantry.agent.observe.NodeObserver;
import io.gantry.agent.observe.ProbeQuestions;
import io.gantry.agent.observe.QuietBeginnings;
import io.gantry.agent.observe.ReadinessProbes;
import io.gantry.agent.observe.SharedMemory;
import io.gantry.agent.prefetch.Prefetching;
import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.reconcile.Journal;
import io.gantry.agent.reconcile.NodeReconciler;
import io.gantry.agent.runtime.RuntimeClasses;
import io.gantry.agent.stream.ContainerFiles;
import io.gantry.agent.stream.FileAnswers;
import io.gantry.agent.stream.RunEnds;
import io.gantry.agent.stream.StreamServer;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** All parts of one agent, put together. Closing it leaves the containers running. */
final class Agent implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Agent.class);
    private static final String VERSION = "0.1.0";
    private static final long HEARTBEAT_MILLIS = 1000;
    /** Between two looks at how full the disk is. */
    private static final long ROOM_MILLIS = 60_000;
    private static final int IMAGE_SERVICE_PORT = 7087;
    private static final int GATEWAY_PORT = 7088;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final AgentConfig config;
    private final NodeIdentity identity;
    private final RuntimeClasses classes;
    private final LinuxContainerRuntime runtime;
    private final LinuxHostNetwork network;
    private final LayerKeeping keeping;
    private final WireLedger wire;
    private final FetchedLayers layers;
    private final Prefetching prefetching;
    private final LinkFileSource files;
    private final FolderWatch logWatch;
    private final ReadinessProbes probes;
    private final HealthChecks checks;
    private final SharedMemory sharedMemory;
    private final Disturbances disturbances;
    private final NodeReconciler reconciler;
    private final NodeVolumes volumes;
    private final NodeLink link;
    private final StreamServer streams;

    /**
     * Starts it: when this returns, the containers of an earlier life are known again and the link is being dialled.
     *
     * @throws UnfitHost before anything is done, if the probes say so
     */
    Agent(AgentConfig config, CompletableFuture<KernelReport> probing) throws IOException, InterruptedException {
        this.config = config;
        KernelReport kernel = fit(probing.join());
        keeping = KernelCheck.keeping(config.layers(), kernel);
        identity = identity(config);
        Host host = Host.read();
        Journal journal = new Journal(config.data().resolve("agent"));
        Journal.Desire desire = journal.desire();
        classes = RuntimesOnPath.of(System.getenv("PATH"));
        runtime = new LinuxContainerRuntime(config.runtime().offering(classes), kernel, new ApiRelay(this::gateway, NodeTls.context(identity, vertx)));
        network = new LinuxHostNetwork(LinuxHostNetwork.Settings.of(identity.node(), config.address()));
        wire = WireLedger.in(config.data().resolve("agent/wire.json"), Instant.now());
        SharedBlobs shared = new SharedBlobs(config.data().resolve("shared-blobs"), Clock.systemUTC(), wire);
        BlobSource blobs = new PeeredBlobSource(new HttpBlobSource(imageService(), NodeTls.context(identity, vertx)), NodeTls.toNodes(identity, vertx), shared, wire);
        layers = new FetchedLayers(blobs, new LayerDisk(config.data(), keeping), wire, Clock.systemUTC());
        prefetching = new Prefetching(layers, config.layersMark(), desire.epoch());
        files = new LinkFileSource(vertx, identity);
        logWatch = new FolderWatch();
        SecureRandom random = new SecureRandom();
        RunEnds ends = new RunEnds();
        AtomicReference<NodeReconciler> later = new AtomicReference<>();
        ProbeQuestions questions = new ProbeQuestions(runtime, network, new GrpcQuestion(vertx));
        probes = new ReadinessProbes(questions, id -> later.get().tellAgain(id));
        checks = new HealthChecks(questions, healthNews(later), Clock.systemUTC());
        sharedMemory = new SharedMemory(id -> later.get().tellAgain(id), Clock.systemUTC());
        AtomicReference<NodeObserver> teller = new AtomicReference<>();
        volumes = new NodeVolumes(runtime.folders().volumes(), desire.epoch());
        streams = new StreamServer(
                vertx, identity, runtime, ends, new ContainerFiles(runtime.folders(), logWatch), volumes,
                new FileAnswers(vertx, new LinuxSystemCalls(), runtime.trees(), layers, ends, runtime.folders().spools()),
                layers, shared, wire::figures, (id, what) -> teller.get().happened(id, what), random);
        int streamPort = streams.start("0.0.0.0", config.streamPort());
        NodeObserver observer = new NodeObserver(
                identity.node(), journal.firstVersion(Instant.now()), desire.epoch(), probes, checks, sharedMemory, () -> self(host, streamPort), Clock.systemUTC());
        teller.set(observer);
        QuietBeginnings quiet = new QuietBeginnings(observer);
        // whoever hears from the observer that it runs may ask for a command in it at once
        reconciler = new NodeReconciler(runtime, layers, files, network, journal, Clock.systemUTC(), both(ends, quiet));
        later.set(reconciler);
        link = new NodeLink(vertx, identity, VERSION, desire.epoch(), listener(), random);
        observer.sayThrough(link);
        reconciler.start(desire, journal.held());
        observer.beat();
        // who waits for an image isn't told with the next heartbeat only
        prefetching.onNews(() -> vertx.runOnContext(_ -> observer.beat()));
        sharedMemory.begin();
        disturbances = runtime.disturbances(observer::happened);
        vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> {
            quiet.beat();
            observer.beat();
        });
        vertx.setPeriodic(ROOM_MILLIS, _ -> {
            shared.sweep();
            wire.keep();
            prefetching.look();
            reconciler.layersNeeded(needed -> layers.makeRoom(config.layersMark(), needed));
        });
        link.start();
        new Renewal(vertx, identity, Clock.systemUTC()).begin();
        LOG.info(keeping.describe());
        LOG.infof("node %s (%s) serves streams on port %d and dials %s", config.name(), identity.node(), streamPort, identity.service());
    }

    private static HealthChecks.Listener healthNews(AtomicReference<NodeReconciler> reconciler) {
        return new HealthChecks.Listener() {
            @Override
            public void changed(ContainerId id) {
                reconciler.get().tellAgain(id);
            }

            @Override
            public void unhealthy(ContainerId id, long attempt) {
                reconciler.get().unhealthy(id, attempt);
            }
        };
    }

    private static KernelReport fit(KernelReport kernel) {
        if (!kernel.fit()) {
            throw new UnfitHost(kernel);
        }
        kernel.missing().forEach(missing -> LOG.warn(missing.describe()));
        return kernel;
    }

    private NodeIdentity identity(AgentConfig config) throws IOException, InterruptedException {
        var folder = config.data().resolve("identity");
        Optional<NodeIdentity> known = NodeIdentity.load(folder);
        if (known.isPresent()) {
            return config.service().map(known.get()::at).orElse(known.get());
        }
        String token = config.token()
                .or(() -> config.tokenFile().map(TokenFile::read))
                .orElseThrow(() -> new IllegalArgumentException(
                        "this host has not joined yet: give a join token with --token-file or --token (gantry node token makes one)"));
        NodeIdentity joined = new Joining(vertx).join(token, config.service(), config.name(), folder);
        config.tokenFile().ifPresent(TokenFile::remove);
        return joined;
    }

    private URI imageService() {
        String host = identity.service().substring(0, identity.service().lastIndexOf(':'));
        return URI.create("https://" + config.imageService().orElse(host + ":" + IMAGE_SERVICE_PORT));
    }

    private InetSocketAddress gateway() {
        String host = identity.service().substring(0, identity.service().lastIndexOf(':'));
        String address = config.gateway().orElse(host + ":" + GATEWAY_PORT);
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private Observed.Node self(Host host, int streamPort) {
        return new Observed.Node(
                identity.node(), config.name(), config.address(), streamPort, host.cpu(), host.memory(), host.architecture(),
                host.kernel(), VERSION, host.boot(), config.shownLabels(keeping), network.withheld(), classes.names(), prefetching.all(), Clock.systemUTC().instant());
    }

    private NodeLink.Listener listener() {
        return new NodeLink.Listener() {
            @Override
            public void snapshot(long epoch, long generation, List<DesiredRecord> records) {
                reconciler.snapshot(epoch, generation, records);
                volumes.snapshot(epoch, generation, records);
                prefetching.snapshot(epoch, generation, records);
            }

            @Override
            public void change(long generation, DesiredRecord record) {
                reconciler.change(generation, record);
                volumes.change(generation, record);
                prefetching.change(generation, record);
            }
        };
    }

    private static ContainerListener both(ContainerListener first, ContainerListener second) {
        return new ContainerListener() {
            @Override
            public void changed(Held held, Optional<Desired.Container> wanted) {
                first.changed(held, wanted);
                second.changed(held, wanted);
            }

            @Override
            public void gone(ContainerId id) {
                first.gone(id);
                second.gone(id);
            }

            @Override
            public void epoch(long epoch) {
                first.epoch(epoch);
                second.epoch(epoch);
            }
        };
    }

    @Override
    public void close() {
        link.close();
        streams.close();
        reconciler.close();
        volumes.close();
        probes.close();
        checks.close();
        sharedMemory.close();
        disturbances.close();
        layers.close();
        wire.keep();
        files.close();
        network.close();
        runtime.close();
        vertx.close();
    }
}
