package io.gantry.cli;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.cli.client.Connection;
import io.gantry.cli.container.CommitCommand;
import io.gantry.cli.container.CopyCommand;
import io.gantry.cli.container.CreateCommand;
import io.gantry.cli.container.DebugCommand;
import io.gantry.cli.container.ExecCommand;
import io.gantry.cli.container.FileCommands;
import io.gantry.cli.container.IsolationCommand;
import io.gantry.cli.container.PortForwardCommand;
import io.gantry.cli.container.LifeCommands;
import io.gantry.cli.container.LogsCommand;
import io.gantry.cli.container.LookCommands;
import io.gantry.cli.container.PressureCommand;
import io.gantry.cli.container.RunCommand;
import io.gantry.cli.container.StatsCommand;
import io.gantry.cli.container.UpdateCommand;
import io.gantry.cli.context.ContextCommands;
import io.gantry.cli.deployment.DeployCommand;
import io.gantry.cli.deployment.DeploymentCommands;
import io.gantry.cli.event.EventsCommand;
import io.gantry.cli.image.BuildCommand;
import io.gantry.cli.image.BuildCommands;
import io.gantry.cli.image.ArchiveCommands;
import io.gantry.cli.image.ImageCommands;
import io.gantry.cli.image.TransferCommands;
import io.gantry.cli.kept.ConfigCommands;
import io.gantry.cli.kept.SecretCommands;
import io.gantry.cli.network.NetworkCommands;
import io.gantry.cli.node.NodeCommands;
import io.gantry.cli.rule.RuleCommands;
import io.gantry.cli.token.TokenCommands;
import io.gantry.cli.volume.VolumeCommands;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "gantry",
        description = "Containers on your own Linux hosts.",
        mixinStandardHelpOptions = true,
        version = "gantry 0.1.0",
        synopsisSubcommandLabel = "COMMAND")
public final class Gantry {
    /** What {@code run}, {@code create}, {@code exec} and {@code debug} end with when the platform refuses or breaks, as Docker's do. */
    public static final int PLATFORM_ERROR = 125;

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    /**
     * One of them.
     *
     * @param names its name and others for it, as it says itself: asking each for its own takes longer than the one that is wanted
     */
    record Verb(String names, Class<?> command) {
        boolean is(String word) {
            return List.of(names.split(" ")).contains(word);
        }
    }

    /** In the order of the help. */
    static final List<Verb> COMMANDS = List.of(
            new Verb("run", RunCommand.class),
            new Verb("create", CreateCommand.class),
            new Verb("start", LifeCommands.Start.class),
            new Verb("stop", LifeCommands.Stop.class),
            new Verb("restart", LifeCommands.Restart.class),
            new Verb("kill", LifeCommands.Kill.class),
            new Verb("update", UpdateCommand.class),
            new Verb("rename", LifeCommands.Rename.class),
            new Verb("pause", LifeCommands.Pause.class),
            new Verb("unpause", LifeCommands.Unpause.class),
            new Verb("rm", LifeCommands.Remove.class),
            new Verb("ps", LookCommands.Ps.class),
            new Verb("inspect", LookCommands.Inspect.class),
            new Verb("logs", LogsCommand.class),
            new Verb("exec", ExecCommand.class),
            new Verb("debug", DebugCommand.class),
            new Verb("attach", LookCommands.Attach.class),
            new Verb("wait", LifeCommands.Wait.class),
            new Verb("port", LookCommands.Port.class),
            new Verb("port-forward", PortForwardCommand.class),
            new Verb("stats", StatsCommand.class),
            new Verb("top", LookCommands.Top.class),
            new Verb("explain", LookCommands.Explain.class),
            new Verb("cp", CopyCommand.class),
            new Verb("diff", FileCommands.Diff.class),
            new Verb("size", FileCommands.Size.class),
            new Verb("export", FileCommands.Export.class),
            new Verb("commit", CommitCommand.class),
            new Verb("isolation", IsolationCommand.class),
            new Verb("pressure", PressureCommand.class),
            new Verb("build", BuildCommand.class),
            new Verb("builds", BuildCommands.Builds.class),
            new Verb("images image", ImageCommands.Images.class),
            new Verb("rmi", ImageCommands.Remove.class),
            new Verb("tag", ImageCommands.Tag.class),
            new Verb("history", ImageCommands.History.class),
            new Verb("pull", TransferCommands.Pull.class),
            new Verb("push", TransferCommands.Push.class),
            new Verb("save", ArchiveCommands.Save.class),
            new Verb("load", ArchiveCommands.Load.class),
            new Verb("import", ArchiveCommands.Import.class),
            new Verb("login", TransferCommands.Login.class),
            new Verb("logout", TransferCommands.Logout.class),
            new Verb("deploy", DeployCommand.class),
            new Verb("deployments deployment", DeploymentCommands.Deployments.class),
            new Verb("scale", DeploymentCommands.Scale.class),
            new Verb("rollout", DeploymentCommands.Rollout.class),
            new Verb("nodes node", NodeCommands.class),
            new Verb("networks network", NetworkCommands.class),
            new Verb("volumes volume", VolumeCommands.class),
            new Verb("secrets secret", SecretCommands.class),
            new Verb("configs config", ConfigCommands.class),
            new Verb("rule rules", RuleCommands.class),
            new Verb("tokens token", TokenCommands.class),
            new Verb("events", EventsCommand.class),
            new Verb("context contexts", ContextCommands.class),
            new Verb("completion", CompletionCommand.class),
            new Verb("version", VersionCommand.class));

    private final Map<String, String> environment;

    @Option(names = "--context", paramLabel = "NAME", scope = ScopeType.INHERIT, description = "the platform to ask, see gantry context")
    private String context;

    private Gantry(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        CommandLine line = commandLine(System.getenv(), arguments);
        int code = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        System.exit(code);
    }

    /**
     * @param environment where and how to reach the platform, see {@link Connection#find}
     * @param arguments those to come; a command that is asked for by its name is alone prepared, which takes half of the time otherwise
     */
    public static CommandLine commandLine(Map<String, String> environment, String... arguments) {
        CommandLine line = new CommandLine(new Gantry(environment));
        List<Verb> asked = COMMANDS.stream().filter(verb -> arguments.length > 0 && verb.is(arguments[0])).toList();
        (asked.isEmpty() ? COMMANDS : asked).forEach(verb -> line.addSubcommand(verb.command()));
        line.getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof EndsAsContainer)
                // what follows the image or container belongs to the command inside
                .forEach(command -> command.setStopAtPositional(true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(DockerOptions.before(line.getParameterExceptionHandler()));
        line.setExecutionExceptionHandler((problem, command, _) -> {
            command.getErr().println("gantry: " + describe(problem));
            return command.getCommand() instanceof EndsAsContainer ? withoutACommand(problem) : 1;
        });
        return line;
    }

    /** As a shell and Docker tell a command that isn't there (ENOENT) and one that may not be executed (EACCES, EISDIR). */
    private static int withoutACommand(Exception problem) {
        if (!(problem instanceof ApiProblem refused) || !refused.is(ProblemType.START_FAILED)) {
            return PLATFORM_ERROR;
        }
        return switch (refused.errno()) {
            case 2 -> NOT_FOUND;
            case 13, 21 -> NOT_EXECUTABLE;
            default -> PLATFORM_ERROR;
        };
    }

    /** @throws Exception what is neither a refusal nor a connection that failed: a defect, to be seen whole */
    private static String describe(Exception problem) throws Exception {
        return switch (problem) {
            case ApiProblem refused -> refused.getMessage();
            case BadField wrong -> wrong.getMessage() + (wrong.hint() == null ? "" : "\n        " + wrong.hint());
            case IllegalArgumentException wrong -> wrong.getMessage();
            case UncheckedIOException io -> describe(io.getCause());
            case NoSuchFileException gone -> "there is no " + gone.getFile();
            case AccessDeniedException closed -> closed.getFile() + " may not be read or written by this user";
            case IOException io -> io.getMessage() == null ? io.toString() : io.getMessage();
            default -> throw problem;
        };
    }

    Map<String, String> environment() {
        return environment;
    }

    ApiClient api() throws IOException {
        return new ApiClient(Connection.find(environment, context));
    }
}
