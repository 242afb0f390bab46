package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.EndsAsContainer;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Makes a container and runs it; ends with its exit code.", sortOptions = false)
public final class RunCommand extends ApiCommand implements EndsAsContainer {
    @Option(names = {"-d", "--detach"}, description = "print its id and leave it running")
    private boolean detach;

    @Option(names = "--rm", description = "remove it when it has ended")
    private boolean remove;

    @Option(names = {"-i", "--interactive"}, description = "pass standard input on")
    private boolean interactive;

    @Option(names = {"-t", "--tty"}, description = "give it a terminal")
    private boolean tty;

    @Option(names = "--name", description = "unique; chosen if not given")
    private String name;

    @Option(names = "--detach-keys", defaultValue = DetachKeys.USUAL, description = "typed at a terminal they end this command, not the container; ${DEFAULT-VALUE} by default")
    private String detachKeys;

    @Mixin private SpecOptions options;

    /** By its detach keys: it runs on. */
    private boolean left;

    @Parameters(index = "0", paramLabel = "IMAGE")
    private String image;

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    private List<String> command;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        Terminal.requireFor(tty && interactive);
        DetachKeys keys = DetachKeys.parse(detachKeys);
        Containers containers = new Containers(api);
        ContainerSpec spec = options.spec(image, command, tty, interactive);
        if (detach) {
            if (remove) {
                throw new IllegalArgumentException("-d with --rm: nobody would be there to remove it; use one of them");
            }
            out.println(containers.create(new ContainerRequest(name, spec, true)).id());
            return 0;
        }
        ContainerView made = containers.create(new ContainerRequest(name, spec, false));
        try {
            return runAttached(containers, made.id().value(), api, keys);
        } catch (ApiProblem refused) {
            if (!remove) {
                err().println("gantry: container " + made.name() + " is kept; gantry rm " + made.name() + " removes it");
            }
            throw refused;
        } finally {
            if (remove && !left) {
                containers.remove(made.id().value(), true, true);
            }
        }
    }

    private int runAttached(Containers containers, String id, ApiClient api, DetachKeys keys) {
        // attached before it starts: its first line is not lost
        try (Session session = Session.open(api, Containers.attach(id, interactive), tty, false)) {
            session.leavingBy(tty ? keys : null);
            containers.start(id);
            if (interactive) {
                session.passInput();
            }
            session.awaitEnd();
            if (session.detached()) {
                left = true;
                err().println("\r\ngantry: container " + id.substring(0, 12) + " runs on" + (remove ? "; nobody removes it but you" : ""));
                return 0;
            }
        }
        return containers.await(id);
    }
}
