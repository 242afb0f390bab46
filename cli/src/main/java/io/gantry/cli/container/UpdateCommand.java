package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.view.ContainerPatch;
import io.gantry.contracts.view.ContainerView;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Other limits for containers as they run. */
@Command(name = "update", description = "Changes limits and the restart policy of containers as they run.")
public final class UpdateCommand extends ApiCommand {
    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(names = "--restart", description = "no, on-failure[:retries] or always")
    private String restart;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "name, id or the beginning of an id")
    private List<String> references;

    @Spec private CommandSpec command;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        if (command.commandLine().getParseResult().matchedOptions().isEmpty()) {
            throw new IllegalArgumentException("nothing to change: say what, for example --memory 1g; gantry update --help lists what can be changed");
        }
        RestartPolicy policy = restart == null ? null : SpecOptions.restartPolicy(restart);
        for (String reference : references) {
            ContainerView before = new Containers(api).find(reference);
            ContainerPatch.between(before.spec().resources(), limits.onto(before.spec().resources()), policy)
                    .ifPresent(patch -> api.patch(Containers.path(reference), patch));
            out.println(reference);
        }
        return 0;
    }
}
