package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.EndsAsContainer;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import java.io.IOException;
import java.io.InputStream;
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

    @Option(names = "--rm", description = "remove it when it has ended, whoever is still there")
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

    @Parameters(index = "0", paramLabel = "IMAGE")
    private String image;

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    private List<String> command;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException {
        Terminal.requireFor(tty && interactive);
        DetachKeys keys = DetachKeys.parse(detachKeys);
        Containers containers = new Containers(api);
        ContainerSpec spec = options.spec(environment(), image, command, tty, interactive);
        if (remove) {
            spec = removedAtItsEnd(spec);
        }
        if (detach) {
            ContainerView runs = containers.create(new ContainerRequest(name, spec, true));
            warn(runs.warnings());
            out.println(runs.id());
            return 0;
        }
        ContainerView made = containers.create(new ContainerRequest(name, spec, false));
        warn(made.warnings());
        try {
            return runAttached(containers, made.id().value(), api, keys);
        } catch (ApiProblem refused) {
            if (remove) {
                removeNow(containers, made, refused);
            } else {
                err().println("gantry: container " + made.name() + " is kept; gantry rm " + made.name() + " removes it");
            }
            throw refused;
        }
    }

    /** Once it has ended for good. */
    private static ContainerSpec removedAtItsEnd(ContainerSpec spec) {
        if (spec.restart().mode() != RestartPolicy.Mode.NO) {
            throw new IllegalArgumentException("--rm with --restart: what is started again isn't removed; use one of them");
        }
        return spec.but().autoRemove(true).build();
    }

    /** One that never ran; it may be on its way out already. */
    private static void removeNow(Containers containers, ContainerView made, ApiProblem refused) {
        try {
            containers.remove(made.id().value(), true, true);
        } catch (ApiProblem gone) {
            refused.addSuppressed(gone);
        }
    }

    private int runAttached(Containers containers, String id, ApiClient api, DetachKeys keys) throws IOException {
        // asked before it starts: when it is removed nobody can be asked any more
        try (InputStream removal = remove ? containers.removal(id) : null) {
            if (follow(containers, id, api, keys)) {
                err().println("\r\ngantry: container " + id.substring(0, 12) + " runs on" + (remove ? "; it is removed when it ends" : ""));
                return 0;
            }
            return remove ? Containers.exitCode(removal) : containers.await(id);
        }
    }

    /** @return whether it was left by the detach keys */
    private boolean follow(Containers containers, String id, ApiClient api, DetachKeys keys) {
        // attached before it starts: its first line is not lost
        try (Session session = Session.open(api, Containers.attach(id, interactive), tty)) {
            session.leavingBy(tty ? keys : null);
            containers.start(id);
            if (interactive) {
                session.passInput();
            }
            session.awaitEnd();
            return session.detached();
        }
    }
}
