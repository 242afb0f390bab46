package io.gantry.image.build.step;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.build.store.Builds;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.edge.NobodyListens;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.layer.tar.LayerTrees;
import io.gantry.image.reference.store.Scoped;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/** Carries builds out, from the context's first byte to the tagged image, and writes down how they ended. */
@Singleton
public class Builder {
    private static final Logger LOG = Logger.getLogger(Builder.class);

    /** How a build ended. */
    public sealed interface Result {
        record Finished(Digest image, Digest manifest, List<ImageRef> tags) implements Result {}

        /** @param ended how the command ended that is to blame, or {@code null} */
        record Failed(Problem problem, BuildFailure.Ended ended) implements Result {}
    }

    private static final Refusal CANCELLED =
            Refusal.of(ProblemType.BUILD_FAILED, "the build was cancelled: its client went away");
    private final BuildRun.Tools tools;
    private final Database database;
    private final Builds builds;
    private final Scoped scoped;
    private final BlobPaths paths;
    private final World world;
    private final Bytes most;

    @Inject
    Builder(
            Database database, BaseImages bases, LayerTrees trees, LayerStore layers, RunStep run, CacheLocks locks, Fetching fetching, ImageAssembly assembly,
            BuildCache cache, Builds builds, Scoped scoped, BlobPaths paths, World world,
            ImageSettings settings) {
        this.tools = new BuildRun.Tools(database, bases, trees, layers, run, locks, fetching, assembly, cache, Bytes.parse(settings.archiveLimit()));
        this.database = database;
        this.builds = builds;
        this.scoped = scoped;
        this.paths = paths;
        this.world = world;
        this.most = Bytes.parse(settings.archiveLimit());
    }

    /** Interrupting the calling thread cancels the build. */
    public Result build(BuildRequest request, InputStream body, BuildOutput output) {
        database.await(() -> builds.begin(request.id(), request.tags()));
        BuildRun[] run = new BuildRun[1];
        try {
            scoped.checkNames(request.scope(), request.tags());
            Path scratch = Files.createDirectories(paths.root().resolve("builds").resolve(request.id().value()));
            try {
                BuildContext context = BuildContext.receive(body, scratch, request.dockerfile(), most);
                run[0] = new BuildRun(tools, request, context, scratch, output, world.now());
                ImageDraft draft = run[0].run();
                // it may have taken long
                scoped.checkNames(request.scope(), request.tags());
                ImageAssembly.Stored stored = tools.assembly().store(draft, request.tags());
                database.await(() -> builds.finish(request.id(), stored.manifest(), stored.image(), request.tags()));
                return new Result.Finished(stored.image(), stored.manifest(), request.tags());
            } finally {
                delete(scratch);
            }
        } catch (Exception e) {
            Problem problem = (cancelled(e) ? CANCELLED : problem(e)).toProblem();
            fail(request, run[0] == null ? 0 : run[0].step(), problem.detail());
            return new Result.Failed(problem, e instanceof BuildFailure failure ? failure.ended() : null);
        }
    }

    /** Also when this thread was interrupted: the build is over, and shall be known to be. */
    private void fail(BuildRequest request, int step, String detail) {
        boolean interrupted = Thread.interrupted();
        try {
            database.await(() -> builds.fail(request.id(), step, detail));
        } catch (RuntimeException e) {
            LOG.errorf(e, "that %s failed could not be written down", request.id());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean cancelled(Exception e) {
        return Thread.currentThread().isInterrupted()
                || e instanceof InterruptedException
                || e instanceof RequestBody.ClientGone
                || e instanceof NobodyListens;
    }

    private static Refusal problem(Exception e) {
        return switch (e) {
            case DockerfileRefusal refused -> refused.refusal();
            case BuildFailure failure -> failure.refusal();
            case Refused refused -> refused.refusal();
            case BadField bad -> new Refusal(ProblemType.BAD_REQUEST, bad.getMessage(), null, "see the Dockerfile and .dockerignore");
            case TarFailure failure -> new Refusal(
                    ProblemType.BAD_REQUEST, "the context can't be read: " + failure.getMessage(), null, "send a tar, plain or packed by gzip, bzip2, xz or zstd");
            default -> {
                Unexpected error = Unexpected.marked();
                LOG.errorf(e, "a build failed, %s", error.mark());
                yield Refusal.of(ProblemType.INTERNAL, error.words("the service"));
            }
        };
    }

    private static void delete(Path folder) {
        try (var all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            LOG.warnf("%s stays: %s", folder, e.getMessage());
        }
    }
}
