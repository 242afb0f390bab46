package io.gantry.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "completion", description = "Prints what completes commands and options in a shell: source <(gantry completion bash)")
final class CompletionCommand extends LocalCommand {
    /** What we have one for. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell;

    @Override
    protected int run(PrintWriter out) {
        // all commands: we are prepared alone
        CommandLine whole = Gantry.commandLine(environment());
        out.print(AutoComplete.bash("gantry", whole));
        return 0;
    }
}
