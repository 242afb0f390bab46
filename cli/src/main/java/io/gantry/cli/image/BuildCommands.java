package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Screen;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildView;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds that go on or are over. */
public final class BuildCommands {
    private BuildCommands() {}

    @Command(name = "builds", description = "Lists builds, or their steps; ends one.", subcommands = {Steps.class, Log.class, Cancel.class})
    public static final class Builds extends ListCommand<BuildView> {
        private static final Listing<BuildView> BUILDS = new Listing<>(
                "/builds",
                BuildView.class,
                view -> view.id().value(),
                List.of("ID", "STATUS", "TAGS", "TOOK", "AGE"),
                (view, now) -> new Object[] {
                    view.id(), view.status().name().toLowerCase(Locale.ROOT), view.tags().stream().map(Object::toString).collect(Collectors.joining(", ")),
                    view.finishedAt() == null ? "" : StepWords.time(view.finishedAt().toEpochMilli() - view.startedAt().toEpochMilli()), Ago.since(view.startedAt(), now)
                });

        @Override
        protected Listing<BuildView> listing() {
            return BUILDS;
        }
    }

    @Command(name = "steps", description = "Lists the steps of a build: how each went, how long it took, why it took nothing from before.")
    static final class Steps extends ApiCommand {
        @Mixin private Output output;

        @Parameters(paramLabel = "BUILD")
        private String build;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            String path = "/builds/" + ApiClient.escapePath(build);
            Listing<BuildStepView> steps = new Listing<>(
                    path, BuildStepView.class, step -> Integer.toString(step.step()), List.of("STEP", "STATE", "TOOK", "INSTRUCTION", "WHY IT WAS MADE"),
                    (step, _) -> new Object[] {
                        step.step() + (step.trigger() == null ? "" : "." + step.trigger()), step.state().name().toLowerCase(Locale.ROOT), step.millis() == null ? "" : StepWords.time(step.millis()),
                        step.instruction().lines().findFirst().orElse(""), step.missed().stream().findFirst().map(why -> why.detail()).orElse("")
                    });
            BuildView view = api.get(path, BuildView.class);
            out.print(output.text(steps, view.steps() == null ? List.of() : view.steps(), Screen.of(environment())));
            return 0;
        }
    }

    @Command(name = "log", description = "Prints what a step of a build wrote.")
    static final class Log extends ApiCommand {
        @Option(names = "--trigger", description = "of those that the base image of that FROM had, which one; from 1")
        private Integer trigger;

        @Parameters(paramLabel = "BUILD", index = "0")
        private String build;

        @Parameters(paramLabel = "STEP", index = "1", description = "its number")
        private int step;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            out.print(api.text("/builds/" + ApiClient.escapePath(build) + "/log?step=" + step + (trigger == null ? "" : "&trigger=" + trigger)));
            return 0;
        }
    }

    @Command(name = "cancel", description = "Ends builds that go on.")
    static final class Cancel extends ApiCommand {
        @Parameters(paramLabel = "BUILD", arity = "1..*")
        private List<String> builds;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String build : builds) {
                api.post("/builds/" + ApiClient.escapePath(build) + "/cancel", Map.of());
                out.println(build);
            }
            return 0;
        }
    }
}
