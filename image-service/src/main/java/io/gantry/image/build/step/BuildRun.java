package io.gantry.image.build.step;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.build.core.Dockerfile;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Metadata;
import io.gantry.image.build.core.Position;
import io.gantry.image.build.core.Scope;
import io.gantry.image.build.core.SourceDate;
import io.gantry.image.build.core.Stage;
import io.gantry.image.build.core.StageGraph;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.layer.tar.LayerTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One build on its way: goes through the stages that the target needs, instruction by instruction. Used once, by one thread. */
final class BuildRun {
    /** @param most bytes that an archive may unpack to */
    record Tools(
            Database database, BaseImages bases, LayerTrees trees, LayerStore layers, RunStep run, CacheLocks locks, Fetching fetching, ImageAssembly assembly,
            BuildCache cache, Bytes most) {}

    /** Makes a layer that no earlier build has made. */
    private interface Maker {
        ResolvedImage.Layer make() throws IOException, InterruptedException;
    }

    private final Tools tools;
    private final BuildRequest request;
    private final BuildContext context;
    private final Path scratch;
    private final BuildOutput output;
    private final SourceDate date;
    private final Instant now;
    private final Map<Integer, ImageDraft> done = new HashMap<>();
    private StageGraph graph;
    private int step;
    private int total;

    BuildRun(Tools tools, BuildRequest request, BuildContext context, Path scratch, BuildOutput output, Instant now) {
        this.tools = tools;
        this.request = request;
        this.context = context;
        this.scratch = scratch;
        this.output = output;
        this.date = SourceDate.given(request.arguments());
        this.now = date.moment().orElse(now.truncatedTo(ChronoUnit.MILLIS));
    }

    /** The number of the instruction it is at. */
    int step() {
        return step;
    }

    ImageDraft run() throws IOException, InterruptedException {
        String text = context.dockerfile(request.dockerfile())
                .orElseThrow(() -> new BuildFailure(
                        "the context has no file '" + request.dockerfile() + "'", "name it with --file, relative to the context"));
        Dockerfile file = Dockerfile.parse(text);
        graph = StageGraph.of(file, request.target(), request.arguments());
        total = graph.needed().stream().mapToInt(stage -> 1 + stage.instructions().size()).sum() + (request.labels().isEmpty() ? 0 : 1);
        warnOfUnused(file);
        for (Stage stage : graph.needed()) {
            done.put(stage.number(), build(stage, file.escape()));
        }
        return labelled(done.get(graph.needed().getLast().number()));
    }

    /** As if the Dockerfile ended with them. */
    private ImageDraft labelled(ImageDraft draft) throws InterruptedException {
        if (request.labels().isEmpty()) {
            return draft;
        }
        String text = new TreeMap<>(request.labels()).entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).collect(Collectors.joining(" ", "LABEL ", ""));
        begin(text);
        return draft.withLabels(new TreeMap<>(request.labels())).withHistory(text, draft.newest());
    }

    private ImageDraft build(Stage stage, char escape) throws IOException, InterruptedException {
        begin(stage.from());
        ImageDraft draft = base(stage.base(), stage.from().source().at());
        Scope scope = new Scope(escape, request.arguments(), graph.arguments(), Map.of(), draft.env());
        List<Instruction> triggers = Dockerfile.triggers(draft.triggers(), stage.from().source().at());
        total += triggers.size();
        draft = triggers.isEmpty() ? draft : draft.without("OnBuild");
        for (Instruction instruction : Stream.concat(triggers.stream(), stage.instructions().stream()).toList()) {
            begin(instruction);
            switch (instruction) {
                case Instruction.Arg arg -> {
                    scope = scope.declare(arg);
                    draft = draft.withHistory(arg.source().text(), draft.newest());
                }
                case Instruction.Run run -> draft = run(draft, run, stage, scope);
                case Instruction.Copy copy -> draft = copy(draft, copy, stage, scope);
                case Instruction.Workdir workdir -> draft = workdir(draft, workdir, scope);
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
        return draft;
    }

    private void begin(Instruction instruction) throws InterruptedException {
        begin(instruction.source().text());
    }

    private void begin(String instruction) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the build was cancelled");
        }
        output.step(++step, total, instruction);
    }

    private ImageDraft base(Stage.Base base, Position at) throws IOException, InterruptedException {
        return switch (base) {
            case Stage.Base.Scratch _ -> ImageDraft.scratch();
            case Stage.Base.Image(var reference) -> tools.bases().load(reference, at, request.pull(), request.scope(), output);
            case Stage.Base.Earlier(var number) -> Optional.ofNullable(done.get(number)).orElseThrow(() -> new DockerfileRefusal(
                    at, "a trigger of the base image takes files from a stage that isn't built for this target", "name the stage in a COPY --from of your own"));
        };
    }

    private ImageDraft run(ImageDraft draft, Instruction.Run run, Stage stage, Scope scope) throws IOException, InterruptedException {
        List<String> command = run.command() instanceof Instruction.Command.Script ? List.of() : Metadata.words(draft, run.command());
        Map<String, String> env = scope.forRun();
        FileTree below = tools.trees().of(draft.layers());
        StepMounts.Prepared prepared = new StepMounts(request, (from, at) -> files(from, stage, at), files -> laid(draft, files), scratch, draft, below).prepare(run, scope, command);
        String network = run.network() == Instruction.Run.Network.NONE ? ContainerSpec.NO_NETWORK : ContainerSpec.DEFAULT_NETWORK;
        ResolvedImage image = tools.assembly().between(request.id().value(), prepared.image());
        RunStep.Wanted wanted = new RunStep.Wanted(request, step, run.source().text(), image, prepared.command(), env, prepared.mounts(), network);
        Path spool = scratch.resolve("changes" + step);
        RunStep.Changes changes = prepared.hidden().isEmpty() && !date.isGiven()
                ? tools.layers()::ofTar
                : body -> tools.layers().ofWritten(out -> new StepChanges(below, prepared.hidden(), date::bounded).filter(body, spool, out));
        Digest key = CacheKeys.run(draft, prepared.command(), env, prepared.key());
        return withLayer(draft, run, key, () -> tools.locks().holding(prepared.locked(), () -> tools.run().run(wanted, changes, output)));
    }

    private FileTree files(Optional<String> from, Stage stage, Position at) throws IOException, InterruptedException {
        return from.isEmpty() ? context.files() : tools.trees().of(base(graph.from(stage, from.get()), at).layers());
    }

    /** Kept, since what it is made of may be the same the next time. */
    private ResolvedImage.Layer laid(ImageDraft draft, SortedMap<String, Node> files) throws IOException, InterruptedException {
        Digest key = CacheKeys.copy(draft.layers(), files);
        Optional<BuildCache.Entry> found = tools.database().await(() -> tools.cache().find(key));
        if (found.isPresent()) {
            return found.get().layer();
        }
        BuildCache.Entry made = new BuildCache.Entry(tools.layers().ofTree(files, scratch), now);
        tools.database().await(() -> tools.cache().put(key, made));
        return made.layer();
    }

    private ImageDraft copy(ImageDraft draft, Instruction.Copy copy, Stage stage, Scope scope) throws IOException, InterruptedException {
        FileTree source = files(copy.from(), stage, copy.source().at());
        SortedMap<String, Node> tree = new CopyStep(tools.trees(), tools.fetching(), scratch, "step" + step, tools.most()).plan(copy, draft, source, scope);
        FileTree below = copy.options().link() ? new FileTree() : tools.trees().of(draft.layers());
        SortedMap<String, Node> dated = copy.from().isPresent() ? date.ofImage(tree) : date.ofContext(tree, below);
        return withLayer(draft, copy, CacheKeys.copy(copy.options().link() ? List.of() : draft.layers(), tree), () -> tools.layers().ofTree(dated, scratch));
    }

    private ImageDraft workdir(ImageDraft draft, Instruction.Workdir workdir, Scope scope) throws IOException, InterruptedException {
        ImageDraft moved = Metadata.apply(draft, workdir, scope);
        SortedMap<String, Node> folders = CopyPlan.folders(tools.trees().of(draft.layers()), moved.workingDir());
        return folders.isEmpty()
                ? moved.withHistory(workdir.source().text(), draft.newest())
                : withLayer(moved, workdir, CacheKeys.copy(draft.layers(), folders), () -> tools.layers().ofTree(folders, scratch));
    }

    private ImageDraft withLayer(ImageDraft draft, Instruction instruction, Digest made, Maker maker)
            throws IOException, InterruptedException {
        Digest key = CacheKeys.at(date, made);
        BuildCache.Entry entry = request.cache() ? tools.database().await(() -> tools.cache().find(key)).orElse(null) : null;
        if (entry == null) {
            entry = new BuildCache.Entry(maker.make(), now);
            BuildCache.Entry first = entry;
            tools.database().await(() -> tools.cache().put(key, first));
        } else {
            output.cached();
        }
        return draft.withLayer(entry.layer(), instruction.source().text(), entry.created());
    }

    private void warnOfUnused(Dockerfile file) {
        List<String> declared = file.instructions().stream()
                .filter(Instruction.Arg.class::isInstance)
                .flatMap(each -> ((Instruction.Arg) each).definitions().stream())
                .map(Instruction.Arg.Definition::name)
                .toList();
        request.arguments().keySet().stream()
                .filter(name -> !declared.contains(name) && !name.toUpperCase(Locale.ROOT).endsWith("_PROXY") && !name.equals("SOURCE_DATE_EPOCH"))
                .sorted()
                .forEach(name -> output.text("no ARG takes the build argument " + name + "\n"));
    }
}
