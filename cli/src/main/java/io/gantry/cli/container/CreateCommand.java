package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.EndsAsContainer;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.view.ContainerRequest;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Makes a container without starting it; prints its id.", sortOptions = false)
public final class CreateCommand extends ApiCommand implements EndsAsContainer {
    @Option(names = {"-i", "--interactive"}, description = "keep its standard input open")
    private boolean interactive;

    @Option(names = {"-t", "--tty"}, description = "give it a terminal")
    private boolean tty;

    @Option(names = "--name", description = "unique; chosen if not given")
    private String name;

    @Mixin private SpecOptions options;

    @Parameters(index = "0", paramLabel = "IMAGE")
    private String image;

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    private List<String> command;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        ContainerRequest request = new ContainerRequest(name, options.spec(environment(), image, command, tty, interactive), false);
        out.println(new Containers(api).create(request).id());
        return 0;
    }
}
