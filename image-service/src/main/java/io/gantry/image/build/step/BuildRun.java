package io.gantry.image.build.step;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.Dockerfile;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.image.build.core.Schedule;
import io.gantry.image.build.core.SourceDate;
import io.gantry.image.build.core.StageGraph;
import io.gantry.image.build.core.StepGraph;
import io.gantry.image.build.core.StepId;
import io.gantry.image.content.BlobWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** One build on its way: reads the Dockerfile, and has what the target needs carried out, side by side where nothing has to wait. Used once. */
final class BuildRun {
    private final Site.Tools tools;
    private final BuildRequest request;
    private final BuildContext context;
    private final KnownLayers known;
    private final Path scratch;
    private final StepBook book;
    private final int parallel;

    /** @param parallel steps at once, at most */
    BuildRun(Site.Tools tools, BuildRequest request, BuildContext context, KnownLayers known, Path scratch, StepBook book, int parallel) {
        this.tools = tools;
        this.request = request;
        this.context = context;
        this.known = known;
        this.scratch = scratch;
        this.book = book;
        this.parallel = parallel;
    }

    ImageDraft run(Instant now) throws Exception {
        return run(now, false);
    }

    /** Runs nothing and makes no layer; the book says what would be. Base images that aren't here are fetched all the same. */
    void forecast(Instant now) throws Exception {
        run(now, true);
    }

    private ImageDraft run(Instant now, boolean forecast) throws Exception {
        SourceDate date = SourceDate.given(request.arguments());
        String text = context.dockerfile(request.dockerfile())
                .orElseThrow(() -> new BuildFailure(
                        "the context has no file '" + request.dockerfile() + "'", "name it with --file, relative to the context"));
        Digest dockerfile = BlobWriter.digestOf(text.getBytes(StandardCharsets.UTF_8));
        known.expect(tools.likely().of(dockerfile));
        Dockerfile file = Dockerfile.parse(text);
        StageGraph graph = StageGraph.of(file, request.target(), request.arguments(), request.platform());
        StepGraph steps = StepGraph.of(graph);
        PlannedStep last = PlannedStep.of(steps.nodes().getLast());
        PlannedStep labels = new PlannedStep(StepId.of(last.id().number() + 1), last.stage(), last.line(), labels());
        plan(steps, labels);
        warnOfUnused(file);
        Site site = new Site(
                tools, request, context, known, scratch, book, date, date.moment().orElse(now.truncatedTo(ChronoUnit.MILLIS)), forecast, graph, file.escape(),
                Site.stages(graph), new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
        Map<Integer, StageRun> stages = new HashMap<>();
        graph.needed().forEach(stage -> stages.put(stage.number(), new StageRun(site, stage)));
        SideBySide.run(new Schedule(steps.order(), parallel), number -> {
            StepGraph.Node node = steps.nodes().get(number - 1);
            stages.get(node.stage().number()).carryOut(node);
        });
        if (!forecast) {
            tools.likely().remember(dockerfile, known.used().records().keySet());
        }
        return labelled(site.stage(graph.needed().getLast().number()).orElseThrow().draft(), labels);
    }

    private void plan(StepGraph steps, PlannedStep labels) {
        List<PlannedStep> all = new ArrayList<>(steps.nodes().stream().map(PlannedStep::of).toList());
        if (!request.labels().isEmpty()) {
            all.add(labels);
        }
        book.plan(all);
    }

    /** As if the Dockerfile ended with them. */
    private String labels() {
        return new TreeMap<>(request.labels()).entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).collect(Collectors.joining(" ", "LABEL ", ""));
    }

    private ImageDraft labelled(ImageDraft draft, PlannedStep step) throws Exception {
        if (request.labels().isEmpty()) {
            return draft;
        }
        ImageDraft labelled = draft.withLabels(new TreeMap<>(request.labels())).withHistory(step.instruction(), draft.newest());
        StageRun.step(book, step.id(), () -> {});
        return labelled;
    }

    private void warnOfUnused(Dockerfile file) {
        Set<String> declared = file.instructions().stream()
                .filter(Instruction.Arg.class::isInstance)
                .flatMap(each -> ((Instruction.Arg) each).definitions().stream())
                .map(Instruction.Arg.Definition::name)
                .collect(Collectors.toSet());
        request.arguments().keySet().stream()
                .filter(name -> !declared.contains(name) && !name.toUpperCase(Locale.ROOT).endsWith("_PROXY") && !name.equals("SOURCE_DATE_EPOCH"))
                .sorted()
                .forEach(name -> book.text("no ARG takes the build argument " + name + "\n"));
    }
}
