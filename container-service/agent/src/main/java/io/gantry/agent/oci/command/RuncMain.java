package io.gantry.agent.oci.command;

import io.gantry.agent.execute.StepFailure;
import io.gantry.contracts.problem.BadField;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The command {@code gantry-runc}: the agent's kernel rooms, executor and launcher by the command line that engines know from runc and crun
 * (opencontainers/runtime-spec, runtime.md). {@link #HELP} has all of it.
 */
public final class RuncMain {
    static final String HELP =
            """
            gantry-runc [--root DIR] [--log FILE] [--log-format text|json] VERB …
              create [--bundle DIR] [--pid-file FILE] [--console-socket SOCKET] ID   make a container, up to the point where it waits
              start ID                          let it run
              run [as create] [--detach] ID     create, start, wait for its end, delete
              state ID                          what it is, as JSON
              list [--quiet] [--format table|json]
              exec [--process FILE] [--detach] [--pid-file FILE] [--console-socket SOCKET] [--tty] [--cwd DIR] [--env NAME=VALUE] [--user UID[:GID]]
                   ID [COMMAND …]               run a further command in it
              kill [--all] ID [SIGNAL]          SIGTERM by default
              pause ID, resume ID
              delete [--force] ID               take away what is left of it; --force: end it before
              plan [--bundle DIR] ID            print what create would do, and do nothing
              features, --version, --help
            """;

    private RuncMain() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        Failures failures = new Failures(null, false);
        try {
            Words words = new Words(args);
            Globals globals = Globals.read(words);
            failures = new Failures(globals.log(), globals.json());
            return new Verbs(globals, new LinuxSystemCalls(), failures).run(words);
        } catch (BadField e) {
            return failures.tell(e.getMessage() + (e.hint() == null ? "" : ": " + e.hint()));
        } catch (StepFailure e) {
            return failures.tell("%s: %s (%s)".formatted(e.stage(), e.getMessage(), e.step().title()));
        } catch (SyscallFailure | IllegalStateException | IllegalArgumentException | IOException | UncheckedIOException e) {
            return failures.tell(e.getMessage());
        }
    }
}
