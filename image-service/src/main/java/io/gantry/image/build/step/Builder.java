package io.gantry.image.build.step;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildView;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.GitAddress;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Position;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.build.store.Builds;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.Scratch;
import io.gantry.image.edge.NobodyListens;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.layer.tar.LayerTrees;
import io.gantry.image.reference.store.Scoped;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Carries builds out, from the context's first byte to the tagged image, and writes down how they went. */
@Singleton
public class Builder {
    private static final Logger LOG = Logger.getLogger(Builder.class);

    /** How a build ended. */
    public sealed interface Result {
        record Finished(Digest image, Digest manifest, List<ImageRef> tags) implements Result {}

        /** @param steps what each would do */
        record Foretold(List<BuildStepView> steps) implements Result {}

        /**
         * @param failure the place that is to blame, or {@code null}
         * @param ended how the command ended that is to blame, or {@code null}
         */
        record Failed(Problem problem, BuildView.Failure failure, BuildFailure.Ended ended) implements Result {}
    }

    private static final Position NOWHERE = new Position(1, 1);
    private static final Refusal CLIENT_GONE = Refusal.of(ProblemType.BUILD_FAILED, "the build was cancelled: its client went away");
    private static final Refusal CANCELLED = Refusal.of(ProblemType.BUILD_FAILED, "the build was cancelled");
    private final Site.Tools tools;
    private final Database database;
    private final Builds builds;
    private final RunningBuilds running;
    private final Scoped scoped;
    private final BlobPaths paths;
    private final World world;
    private final Bytes most;
    private final int parallel;

    @Inject
    Builder(
            Database database, BaseImages bases, LayerTrees trees, LayerStore layers, RunStep run, CacheLocks locks, Fetching fetching, GitFetching git, ImageAssembly assembly,
            BuildCache cache, LikelyKeys likely, CarriedCache carried, Builds builds, RunningBuilds running, Scoped scoped, BlobPaths paths, World world,
            ImageSettings settings) {
        this.tools = new Site.Tools(database, bases, trees, layers, run, locks, fetching, git, assembly, cache, likely, carried, Bytes.parse(settings.archiveLimit()));
        this.database = database;
        this.builds = builds;
        this.running = running;
        this.scoped = scoped;
        this.paths = paths;
        this.world = world;
        this.most = Bytes.parse(settings.archiveLimit());
        this.parallel = settings.build().parallel();
    }

    /** Interrupting the calling thread cancels the build; so does whoever asks {@link RunningBuilds} for it. */
    public Result build(BuildRequest request, InputStream body, BuildOutput output) {
        StepBook book = new StepBook(request.id(), world, output);
        if (request.forecast()) {
            return forecast(request, body, book);
        }
        CompletableFuture<Void> begun = database.begin(() -> builds.begin(request.id(), request.tags()));
        RunningBuilds.Running self = running.begin(request.id(), book);
        try {
            scoped.checkNames(request.scope(), request.names());
            ImageAssembly.Stored stored = within(request, body, context -> {
                // it was written down while the context came: from here on others hear of it
                database.await(begun);
                KnownLayers known = known(request, book);
                ImageDraft draft = new BuildRun(tools, request, context.files(), known, context.scratch(), book, parallel).run(world.now());
                // it may have taken long
                scoped.checkNames(request.scope(), request.names());
                if (request.carried().to().isPresent()) {
                    tools.carried().send(request.carried().to().get(), request, known.used(), book);
                }
                return tools.assembly().store(draft, request.tags());
            });
            database.await(() -> builds.finish(request.id(), stored.manifest(), stored.image(), request.tags(), course(book)));
            if (self.end()) {
                // too late; the answer is still to be told
                Thread.interrupted();
            }
            return new Result.Finished(stored.image(), stored.manifest(), request.tags());
        } catch (Exception e) {
            Blame blame = blame(e, self.end(), request, book);
            Problem problem = blame.refusal().toProblem();
            fail(request, begun, blame, problem.detail(), book);
            return new Result.Failed(problem, blame.failure(), blame.ended());
        } finally {
            running.forget(request.id());
        }
    }

    /** Writes nothing down. */
    private Result forecast(BuildRequest request, InputStream body, StepBook book) {
        try {
            within(request, body, context -> {
                BuildContext files = context.files().withOther(request.changed());
                new BuildRun(tools, request, files, known(request, book), context.scratch(), book, 1).forecast(world.now());
                return null;
            });
            return new Result.Foretold(book.views());
        } catch (Exception e) {
            Blame blame = blame(e, false, request, book);
            return new Result.Failed(blame.refusal().toProblem(), blame.failure(), null);
        }
    }

    private KnownLayers known(BuildRequest request, StepBook book) throws IOException, InterruptedException {
        return new KnownLayers(tools.cache(), database, tools.carried().fetch(request, book));
    }

    /** @param scratch a folder for as long as the context is there */
    private record Received(BuildContext files, Path scratch) {}

    private interface Work<T> {
        T run(Received context) throws Exception;
    }

    private <T> T within(BuildRequest request, InputStream body, Work<T> work) throws Exception {
        try (Scratch scratch = new Scratch(Files.createDirectories(paths.builds().resolve(request.id().value())))) {
            return work.run(new Received(context(request, body, scratch.folder()), scratch.folder()));
        }
    }

    private BuildContext context(BuildRequest request, InputStream body, Path scratch) throws IOException, InterruptedException {
        if (request.repository().isEmpty()) {
            return BuildContext.receive(body, scratch, request.dockerfile(), most);
        }
        try {
            GitAddress address = GitAddress.parse(request.repository().get(), NOWHERE);
            return BuildContext.of(tools.git().fetch(address, Optional.empty(), false, scratch.resolve("context"), NOWHERE).files(), request.dockerfile());
        } catch (DockerfileRefusal refused) {
            // no Dockerfile is to blame
            throw new BuildFailure(refused.refusal().detail(), refused.refusal().hint());
        }
    }

    private static Builds.Course course(StepBook book) {
        return new Builds.Course(book.views(), book.logs());
    }

    /** @param asked somebody wanted its end, who is there to hear of it */
    private static Blame blame(Exception e, boolean asked, BuildRequest request, StepBook book) {
        if (asked) {
            // the answer is still to be told
            Thread.interrupted();
            return Blame.of(CANCELLED);
        }
        boolean gone = Thread.currentThread().isInterrupted() || e instanceof InterruptedException || e instanceof RequestBody.ClientGone || e instanceof NobodyListens;
        return gone ? Blame.of(CLIENT_GONE) : Blame.of(e, request.dockerfile(), book);
    }

    /** Also when this thread was interrupted: the build is over, and shall be known to be. */
    private void fail(BuildRequest request, CompletableFuture<Void> begun, Blame blame, String detail, StepBook book) {
        boolean interrupted = Thread.interrupted();
        try {
            // otherwise it would begin after its end
            database.await(begun);
            int step = blame.failure() == null || blame.failure().step() == null ? 0 : blame.failure().step();
            database.await(() -> builds.fail(request.id(), step, detail, blame.failure(), course(book)));
        } catch (RuntimeException e) {
            LOG.errorf(e, "that %s failed could not be written down", request.id());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
