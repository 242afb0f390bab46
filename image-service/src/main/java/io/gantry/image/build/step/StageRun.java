package io.gantry.image.build.step;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.BuildMissView;
import io.gantry.image.build.core.CacheMiss;
import io.gantry.image.build.core.CacheRecords.Kept;
import io.gantry.image.build.core.Dockerfile;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Metadata;
import io.gantry.image.build.core.Place;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.image.build.core.Platform;
import io.gantry.image.build.core.Position;
import io.gantry.image.build.core.Scope;
import io.gantry.image.build.core.Stage;
import io.gantry.image.build.core.StepGraph;
import io.gantry.image.build.core.StepId;
import io.gantry.image.edge.NobodyListens;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;

/** One stage on its way: its image so far, and what each instruction does to it. Used by one thread at a time, each of which sees what the one before did. */
final class StageRun {
    /** Makes a layer that no earlier build has made. */
    private interface Maker {
        ResolvedImage.Layer make() throws IOException, InterruptedException;
    }

    /** What a step does. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private final Site site;
    private final Stage stage;
    private ImageDraft draft;
    private Scope scope;
    private Optional<String> newest = Optional.empty();

    StageRun(Site site, Stage stage) {
        this.site = site;
        this.stage = stage;
    }

    /** One instruction of the stage; those before it are over. A FROM does what its base image's triggers say, too. */
    void carryOut(StepGraph.Node node) throws IOException, InterruptedException {
        PlannedStep step = PlannedStep.of(node);
        if (node.index() < 0) {
            List<Instruction> triggers = new ArrayList<>();
            step(site.book(), step.id(), () -> triggers.addAll(begin(step)));
            for (int i = 0; i < triggers.size(); i++) {
                Instruction trigger = triggers.get(i);
                PlannedStep found = step.trigger(i + 1, trigger);
                site.book().found(found);
                step(site.book(), found.id(), () -> apply(trigger, found));
            }
        } else {
            step(site.book(), step.id(), () -> apply(node.instruction(), step));
        }
        if (node.isLastOfItsStage()) {
            site.stages().get(stage.number()).complete(new Site.Built(draft, newest));
        }
    }

    /** Does what a step does, and tells how it goes. */
    static void step(StepBook book, StepId id, Work work) throws IOException, InterruptedException {
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException("the build was cancelled");
            }
            book.begin(id);
            work.run();
            book.done(id);
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (e instanceof InterruptedException || e instanceof NobodyListens || Thread.currentThread().isInterrupted()) {
                book.stopped(id);
            } else {
                book.failed(id);
            }
            throw e;
        }
    }

    /** @return what the base image has for builds on it */
    private List<Instruction> begin(PlannedStep step) throws IOException, InterruptedException {
        Position at = stage.from().source().at();
        Site.Built base = base(stage.base(), at, site.book().of(step.id()));
        newest = base.newest();
        List<Instruction> triggers = Dockerfile.triggers(base.draft().triggers(), at);
        draft = triggers.isEmpty() ? base.draft().asBase() : base.draft().asBase().without("OnBuild");
        scope = new Scope(site.escape(), site.request().arguments(), site.graph().arguments(), Map.of(), draft.env());
        return triggers;
    }

    private void apply(Instruction instruction, PlannedStep step) throws IOException, InterruptedException {
        switch (instruction) {
            case Instruction.Arg arg -> {
                scope = scope.declare(arg);
                draft = draft.withHistory(arg.source().text(), draft.newest());
            }
            case Instruction.Run run -> draft = run(run.onDefault(site.request().terms().network()), step);
            case Instruction.Copy copy -> draft = copy(copy, step);
            case Instruction.Workdir workdir -> draft = workdir(workdir, step);
            case Instruction.Env _,
                    Instruction.Label _,
                    Instruction.User _,
                    Instruction.Expose _,
                    Instruction.Volume _,
                    Instruction.StopSignal _,
                    Instruction.Cmd _,
                    Instruction.Entrypoint _,
                    Instruction.Shell _,
                    Instruction.Healthcheck _,
                    Instruction.Maintainer _,
                    Instruction.Onbuild _,
                    Instruction.From _ ->
                    draft = Metadata.apply(draft, instruction, scope).withHistory(instruction.source().text(), draft.newest());
        }
        scope = scope.withEnv(draft.env());
    }

    private Site.Built base(Stage.Base base, Position at, StepOutput output) throws IOException, InterruptedException {
        return switch (base) {
            case Stage.Base.Scratch(var platform) -> new Site.Built(ImageDraft.scratch(platform), Optional.empty());
            case Stage.Base.Image(var reference, var platform) ->
                    new Site.Built(site.tools().bases().load(reference, platform, at, site.request().pull(), site.request().scope(), output), Optional.empty());
            case Stage.Base.Earlier(var number) -> site.stage(number).orElseThrow(() -> new DockerfileRefusal(
                    at, "a trigger of the base image takes files from a stage that isn't built for this target", "name the stage in a COPY --from of your own"));
        };
    }

    private ImageDraft run(Instruction.Run run, PlannedStep step) throws IOException, InterruptedException {
        if (!draft.platform().isOurs()) {
            throw new DockerfileRefusal(
                    run.source().at(), "nothing of " + draft.platform() + " can be run: nodes run " + Platform.OURS + ", and nothing is emulated",
                    "run it in a stage that begins with FROM --platform=$BUILDPLATFORM, and take what it makes with COPY --from");
        }
        List<String> command = run.command() instanceof Instruction.Command.Script ? List.of() : Metadata.words(draft, run.command());
        Map<String, String> env = scope.forRun();
        FileTree below = site.trees(draft.layers());
        StepOutput output = site.book().of(step.id());
        List<Files> sources = new ArrayList<>();
        StepMounts.Origins origins = (from, at) -> {
            sources.add(files(from, at, output));
            return sources.getLast().files();
        };
        StepMounts.Prepared prepared;
        try {
            prepared = new StepMounts(site.request(), origins, this::laid, site.scratch(), draft, below).prepare(run, scope, command);
        } catch (DockerfileRefusal refused) {
            // what isn't made yet may have it
            return foretold(step, unmade(sources).orElseThrow(() -> refused));
        }
        Optional<Files> unmade = unmade(sources);
        if (unmade.isPresent()) {
            return foretold(step, unmade.get());
        }
        String network = switch (run.network()) {
            case DEFAULT -> ContainerSpec.DEFAULT_NETWORK;
            case NONE -> ContainerSpec.NO_NETWORK;
            case HOST -> Namespaces.HOST;
        };
        Path spool = site.scratch().resolve("changes" + step.id());
        RunStep.Changes changes = prepared.hidden().isEmpty() && !site.date().isGiven()
                ? site.tools().layers()::ofTar
                : body -> site.tools().layers().ofWritten(out -> new StepChanges(below, prepared.hidden(), site.date()::bounded).filter(body, spool, out));
        return withLayer(draft, step, Recipe.run(step.instruction(), draft, prepared, env, site.date(), site::name), () -> {
            ResolvedImage image = site.tools().assembly().between(site.request().id().value(), prepared.image());
            return site.tools().locks().holding(prepared.locked(), prepared.own(), own -> {
                List<Mount> mounts = prepared.mounts().stream().map(mount -> given(mount, own)).toList();
                return site.tools().run().run(new RunStep.Wanted(site.request(), step.id(), image, prepared.command(), with(prepared.env(), env), mounts, network), changes, output);
            });
        });
    }

    private static Mount given(Mount mount, Map<String, String> own) {
        return mount instanceof Mount.Volume(var source, var target, var readOnly, var noCopy) ? new Mount.Volume(own.getOrDefault(source, source), target, readOnly, noCopy) : mount;
    }

    private static Map<String, String> with(Map<String, String> usual, Map<String, String> said) {
        Map<String, String> all = new HashMap<>(usual);
        all.putAll(said);
        return all;
    }

    /** @param unmade some of them aren't known, in a forecast */
    private record Files(FileTree files, boolean unmade, Optional<String> newest) {}

    private static Optional<Files> unmade(List<Files> sources) {
        return sources.stream().filter(Files::unmade).findFirst();
    }

    private Files files(Optional<String> from, Position at, StepOutput output) throws IOException, InterruptedException {
        if (from.isEmpty()) {
            return new Files(site.context().files(), false, Optional.empty());
        }
        Site.Built base = base(site.graph().from(stage, from.get()), at, output);
        return new Files(site.trees(base.draft().layers()), Site.hasUnmade(base.draft()), base.newest());
    }

    /** Kept, since what it is made of may be the same the next time. */
    private ResolvedImage.Layer laid(SortedMap<String, Node> files) throws IOException, InterruptedException {
        Digest key = CacheKeys.copy(draft.layers(), files);
        Optional<Kept> found = site.known().find(key);
        if (found.isPresent()) {
            return found.get().layer();
        }
        if (site.forecast()) {
            return Site.unmade(key);
        }
        Kept made = new Kept(site.tools().layers().ofTree(files, site.scratch()), site.now());
        site.tools().database().await(() -> site.tools().cache().put(key, made));
        site.known().made(key, made);
        return made.layer();
    }

    private ImageDraft copy(Instruction.Copy copy, PlannedStep step) throws IOException, InterruptedException {
        Files source = files(copy.from(), copy.source().at(), site.book().of(step.id()));
        boolean link = copy.options().link();
        FileTree image = site.trees(draft.layers());
        SortedMap<String, Node> files;
        try {
            files = new CopyStep(site.tools().trees(), site.tools().fetching(), site.tools().git(), site.scratch(), "step" + step.id(), site.tools().most()).plan(copy, draft, image, source.files(), scope);
        } catch (DockerfileRefusal refused) {
            // what isn't made yet may have it
            if (source.unmade() || site.forecast() && Site.hasUnmade(draft)) {
                return foretold(step, source);
            }
            throw refused;
        }
        if (source.unmade()) {
            return foretold(step, source);
        }
        SortedMap<String, Node> dated = copy.from().isPresent() ? site.date().ofImage(files) : site.date().ofContext(files, link ? new FileTree() : image);
        return withLayer(draft, step, Recipe.copy(step.instruction(), link ? List.of() : draft.layers(), files, site.date(), site::name), () -> site.tools().layers().ofTree(dated, site.scratch()));
    }

    private ImageDraft workdir(Instruction.Workdir workdir, PlannedStep step) throws IOException, InterruptedException {
        ImageDraft moved = Metadata.apply(draft, workdir, scope);
        FileTree below = site.trees(draft.layers());
        if (below.resolve(moved.workingDir()).isFolder()) {
            // and whose it would be needn't be known
            return moved.withHistory(step.instruction(), draft.newest());
        }
        SortedMap<String, Node> folders = CopyPlan.folders(below, moved.workingDir(), owner(below, workdir.source().at()));
        return withLayer(moved, step, Recipe.copy(step.instruction(), draft.layers(), folders, site.date(), site::name), () -> site.tools().layers().ofTree(folders, site.scratch()));
    }

    /** Who runs what comes, and may write to folders that are made for it; empty for root. */
    private Optional<CopyPlan.Owner> owner(FileTree below, Position at) throws IOException {
        String user = draft.user();
        if (user.isEmpty() || user.matches("(root|0)(:(root|0))?")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Owners(site.tools().trees()).of(user, below, at));
        } catch (DockerfileRefusal refused) {
            // what isn't made yet may have it
            if (site.forecast() && Site.hasUnmade(draft)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** What was made of the same before, or is made now. While one step of the build makes it, another that wants the same waits. */
    private ImageDraft withLayer(ImageDraft onto, PlannedStep step, Recipe recipe, Maker maker) throws IOException, InterruptedException {
        ReentrantLock lock = site.lock(recipe.key());
        lock.lockInterruptibly();
        try {
            Optional<Kept> found = found(recipe.key());
            if (found.isPresent()) {
                site.book().cached(step.id(), recipe.key());
                return onto.withLayer(found.get().layer(), step.instruction(), found.get().created());
            }
            site.book().missed(step.id(), recipe.key(), why(recipe));
            Kept made = made(recipe, maker);
            newest = Optional.of(words(step));
            return onto.withLayer(made.layer(), step.instruction(), made.created());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Kept> found(Digest key) {
        if (!site.request().cache()) {
            return Optional.empty();
        }
        return site.foretold().contains(key)
                ? Optional.of(new Kept(Site.unmade(key), site.now()))
                : site.known().find(key);
    }

    private Kept made(Recipe recipe, Maker maker) throws IOException, InterruptedException {
        if (site.forecast()) {
            site.foretold().add(recipe.key());
            return new Kept(Site.unmade(recipe.key()), site.now());
        }
        Kept made = new Kept(maker.make(), site.now());
        site.tools().database().await(() -> site.tools().cache().put(recipe.key(), made, recipe.ingredients(), site.request().scope()));
        site.known().made(recipe.key(), made);
        return made;
    }

    /** In a forecast: it takes what isn't made yet, so that it will be made anew; or not, if that turns out to be as it was. */
    private ImageDraft foretold(PlannedStep step, Files source) {
        Digest key = Recipe.unknown(step.instruction(), draft);
        String by = (source.unmade() ? source.newest() : newest).orElse("a step before it");
        site.book().missed(step.id(), key, List.of(new BuildMissView(BuildMissView.Reason.BELOW, by, "it takes what is made anew by " + by)));
        newest = Optional.of(words(step));
        return draft.withLayer(Site.unmade(key), step.instruction(), site.now());
    }

    private List<BuildMissView> why(Recipe recipe) {
        if (!site.request().cache()) {
            return List.of(new BuildMissView(BuildMissView.Reason.NO_CACHE, null, "the build takes nothing from before"));
        }
        return CacheMiss.why(recipe.ingredients(), site.tools().database().await(() -> site.tools().cache().alike(recipe.ingredients(), site.request().scope())), newest);
    }

    private static String words(PlannedStep step) {
        return "step " + step.id().number() + " (" + Place.shortened(step.instruction()) + ")";
    }
}
