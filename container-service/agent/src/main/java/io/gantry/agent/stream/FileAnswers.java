package io.gantry.agent.stream;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.agent.execute.ContainerTrees;
import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.files.FilesRefusal;
import io.gantry.agent.files.LayerChanges;
import io.gantry.agent.files.LayerSize;
import io.gantry.agent.files.SentTar;
import io.gantry.agent.files.TreeArchive;
import io.gantry.agent.files.TreeIntake;
import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerSpool;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PathStat;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SystemCalls;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jboss.logging.Logger;

/** {@code archive}, {@code export} and {@code changes} of a container, whether it runs or not. Each has a thread of its own while it lasts. */
public final class FileAnswers {
    private static final Logger LOG = Logger.getLogger(FileAnswers.class);
    private static final String TAR = "application/x-tar";
    private final Vertx vertx;
    private final SystemCalls calls;
    private final ContainerTrees trees;
    private final LayerStore layers;
    private final RunEnds ends;
    private final Path spools;

    /** @param spools the folder for tars on their way, on the disk of the containers' files */
    public FileAnswers(Vertx vertx, SystemCalls calls, ContainerTrees trees, LayerStore layers, RunEnds ends, Path spools) {
        this.vertx = vertx;
        this.calls = calls;
        this.trees = trees;
        this.layers = layers;
        this.ends = ends;
        this.spools = spools;
    }

    private interface Work {
        void run(Context context) throws Exception;
    }

    private interface Output {
        void to(OutputStream out) throws IOException;
    }

    void stat(HttpServerRequest request, Held held) {
        aside(request, "stat", context -> {
            try (ContainerTree tree = open(held.id())) {
                String stat = Json.write(TreeArchive.stat(tree, path(request)));
                context.runOnContext(_ -> request.response().putHeader("Content-Type", "application/json").end(stat));
            }
        });
    }

    void read(HttpServerRequest request, Held held) {
        aside(request, "archive", context -> {
            try (ContainerTree tree = open(held.id())) {
                PathStat stat = TreeArchive.stat(tree, path(request));
                send(request, context, stat, out -> TreeArchive.write(tree, path(request), out));
            }
        });
    }

    void export(HttpServerRequest request, Held held) {
        aside(request, "export", context -> {
            try (ContainerTree tree = open(held.id())) {
                send(request, context, null, out -> TreeArchive.export(tree, out));
            }
        });
    }

    /** What it has changed, as a layer's tar. Taken at one moment, while its processes stand still, and sent afterwards. */
    void layer(HttpServerRequest request, Held held, ContainerFiles files) {
        aside(request, "layer", context -> {
            Path spool = Files.createTempFile(spools, "layer-", ".tar");
            try {
                trees.still(held.id(), () -> {
                    try (OutputStream out = new BufferedOutputStream(new LayerSpool(spool), 1 << 16)) {
                        files.layer(held.id(), out);
                    } catch (LayerSpool.Full e) {
                        throw new FilesRefusal(ProblemType.CONFLICT, e.getMessage(), "take away what the image needn't have, or keep it in a volume");
                    }
                });
                send(request, context, null, out -> Files.copy(spool, out));
            } finally {
                Files.deleteIfExists(spool);
            }
        });
    }

    /** All that is in a volume, owners as in containers. What is written meanwhile may be torn. */
    void backup(HttpServerRequest request, NodeVolumes volumes, VolumeId id) {
        aside(request, "backup", context -> {
            Path data = volumes.find(id).map(VolumeFolder::data).orElse(null);
            if (data == null) {
                throw new StreamRefusal(ProblemType.CONFLICT, "nothing has been put into the volume yet");
            }
            try (Fd folder = calls.open(data.toString(), LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0)) {
                send(request, context, null, out -> TreeArchive.write(folder, out));
            }
        });
    }

    /** What is there and isn't in the tar stays. */
    void restore(HttpServerRequest request, NodeVolumes volumes, VolumeId id) {
        Context context = vertx.getOrCreateContext();
        request.pause();
        IncomingBody body = new IncomingBody(request, context);
        aside(request, "restore", _ -> {
            try (Fd folder = calls.open(volumes.make(id).data().toString(), LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0)) {
                TreeIntake.unpack(folder, IntUnaryOperator.identity(), true, plain(body));
            }
            context.runOnContext(_ -> request.response().end());
        });
    }

    void changes(HttpServerRequest request, Held held) {
        aside(request, "changes", context -> {
            try (ContainerTrees.Layers both = layers(held.id())) {
                String body = Json.write(new Items<>(LayerChanges.of(calls, both.upper(), both.image())));
                context.runOnContext(_ -> request.response().putHeader("Content-Type", "application/json").end(body));
            }
        });
    }

    void size(HttpServerRequest request, Held held) {
        aside(request, "size", context -> {
            Desired.Container container = container(held.id());
            try (ContainerTrees.Layers both = layers(held.id())) {
                String body = Json.write(LayerSize.of(both.upper(), container.image()));
                context.runOnContext(_ -> request.response().putHeader("Content-Type", "application/json").end(body));
            }
        });
    }

    void write(HttpServerRequest request, Held held) {
        Context context = vertx.getOrCreateContext();
        request.pause();
        IncomingBody body = new IncomingBody(request, context);
        boolean keepKinds = Parameters.flag(request, "keepKinds");
        aside(request, "archive", _ -> {
            Optional<ContainerTree> running = trees.running(held.id());
            if (running.isPresent()) {
                try (ContainerTree tree = running.get()) {
                    TreeIntake.unpack(tree, path(request), keepKinds, plain(body));
                }
            } else {
                writeResting(held.id(), path(request), keepKinds, body);
            }
            context.runOnContext(_ -> request.response().end());
        });
    }

    /** All of it is here before the container's turn is taken: who sends slowly holds up no start, and who sends without end fills no disk. */
    private void writeResting(ContainerId id, String path, boolean keepKinds, InputStream body) throws IOException {
        List<Layer> image = image(id);
        try (ContainerTree tree = here(id, container -> trees.resting(container, image, false))) {
            // before anything is sent: a wrong path needs no body
            tree.check(path);
        }
        Path spool = Files.createTempFile(spools, "incoming-", ".tar");
        try (InputStream arrived = spooled(spool, body)) {
            synchronized (trees.turn(id)) {
                Optional<ContainerTree> started = trees.running(id);
                try (ContainerTree tree = started.isPresent() ? started.get() : trees.resting(container(id), image, true)) {
                    TreeIntake.unpack(tree, path, keepKinds, plain(arrived));
                }
            }
        }
    }

    private static InputStream spooled(Path spool, InputStream body) throws IOException {
        try (OutputStream out = new LayerSpool(spool)) {
            body.transferTo(out);
        } catch (LayerSpool.Full e) {
            Files.deleteIfExists(spool);
            throw new FilesRefusal(ProblemType.CONFLICT, "the archive is too large: " + e.getMessage(), "send less at once, or start the container: then it goes where it belongs as it comes");
        } catch (IOException e) {
            Files.deleteIfExists(spool);
            throw e;
        }
        return Files.newInputStream(spool, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private ContainerTree open(ContainerId id) {
        return trees.running(id).orElseGet(() -> {
            List<Layer> image = image(id);
            return here(id, container -> trees.resting(container, image, false));
        });
    }

    private ContainerTrees.Layers layers(ContainerId id) {
        List<Layer> image = image(id);
        return here(id, container -> trees.layers(container, image));
    }

    /** What opens a container's files makes its folder: never that of one that is gone, since its removal waits for its turn, too. */
    private <T> T here(ContainerId id, Function<Desired.Container, T> work) {
        synchronized (trees.turn(id)) {
            return work.apply(container(id));
        }
    }

    private Desired.Container container(ContainerId id) {
        return ends.wanted(id)
                .orElseThrow(() -> new StreamRefusal(ProblemType.CONFLICT, "container " + id.shortForm() + " is being removed"));
    }

    private List<Layer> image(ContainerId id) {
        Desired.Container container = container(id);
        try {
            return layers.ensure(container.image()).toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.warnf("the layers of %s aren't here: %s", container.id().shortForm(), e.getCause());
            throw new StreamRefusal(ProblemType.UNAVAILABLE, "the image's layers aren't on this node: " + e.getCause().getMessage());
        }
    }

    /** A client that leaves breaks it off. */
    private void send(HttpServerRequest request, Context context, PathStat stat, Output work) throws IOException {
        CompletableFuture<ChunkedOutput> begun = new CompletableFuture<>();
        context.runOnContext(_ -> {
            if (stat != null) {
                request.response().putHeader(PathStat.HEADER, text(stat));
            }
            begun.complete(new ChunkedOutput(request.response(), vertx, TAR));
        });
        ChunkedOutput out = begun.join();
        try {
            work.to(out);
            out.close();
        } catch (IOException | RuntimeException e) {
            LOG.warnf("files of a container broke off: %s", e);
            out.abort();
        }
    }

    private void aside(HttpServerRequest request, String what, Work work) {
        Context context = vertx.getOrCreateContext();
        Thread.ofPlatform().daemon().name("files-" + what).start(() -> {
            try {
                work.run(context);
            } catch (Exception | Error e) { // whoever asked would wait for ever
                context.runOnContext(_ -> Failures.answer(request, e));
            }
        });
    }

    private InputStream plain(InputStream body) throws IOException {
        return SentTar.open(body, FreeRoom.of(spools));
    }

    private static String path(HttpServerRequest request) {
        String path = request.getParam("path");
        if (path == null || path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new FilesRefusal(ProblemType.INVALID_FIELD, "path is missing: where in the container", "write for example path=/etc/passwd");
        }
        return path;
    }

    private static String text(PathStat stat) {
        return Base64.getUrlEncoder().encodeToString(Json.write(stat).getBytes(StandardCharsets.UTF_8));
    }
}
