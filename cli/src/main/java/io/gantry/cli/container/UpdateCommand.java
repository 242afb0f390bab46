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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Other limits for containers as they run. */
@Command(name = "update", description = "Changes limits and the restart policy of containers as they run.")
public final class UpdateCommand extends ApiCommand {
    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(names = "--restart", description = "no, on-failure[:retries] or always")
    private String restart;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "name, id or the beginning of an id")
    private List<String> references;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
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
