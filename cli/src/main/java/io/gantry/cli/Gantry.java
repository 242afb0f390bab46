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
import io.gantry.cli.container.PressureCommand;
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
import java.util.ArrayList;
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

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS =
            List.of(
                    RunCommand.class,
                    CreateCommand.class,
                    LifeCommands.Start.class,
                    LifeCommands.Stop.class,
                    LifeCommands.Restart.class,
                    LifeCommands.Kill.class,
                    UpdateCommand.class,
                    LifeCommands.Rename.class,
                    LifeCommands.Pause.class,
                    LifeCommands.Unpause.class,
                    LifeCommands.Remove.class,
                    LookCommands.Ps.class,
                    LookCommands.Inspect.class,
                    LogsCommand.class,
                    ExecCommand.class,
                    DebugCommand.class,
                    LookCommands.Attach.class,
                    LifeCommands.Wait.class,
                    LookCommands.Port.class,
                    PortForwardCommand.class,
                    StatsCommand.class,
                    LookCommands.Top.class,
                    LookCommands.Explain.class,
                    CopyCommand.class,
                    FileCommands.Diff.class,
                    FileCommands.Export.class,
                    CommitCommand.class,
                    IsolationCommand.class,
                    PressureCommand.class,
                    BuildCommand.class,
                    ImageCommands.Images.class,
                    ImageCommands.Remove.class,
                    ImageCommands.Tag.class,
                    ImageCommands.History.class,
                    TransferCommands.Pull.class,
                    TransferCommands.Push.class,
                    ArchiveCommands.Save.class,
                    ArchiveCommands.Load.class,
                    ArchiveCommands.Import.class,
                    TransferCommands.Login.class,
                    TransferCommands.Logout.class,
                    DeployCommand.class,
                    DeploymentCommands.Deployments.class,
                    DeploymentCommands.Scale.class,
                    DeploymentCommands.Rollout.class,
                    NodeCommands.class,
                    NetworkCommands.class,
                    VolumeCommands.class,
                    SecretCommands.class,
                    ConfigCommands.class,
                    RuleCommands.class,
                    TokenCommands.class,
                    EventsCommand.class,
                    ContextCommands.class,
                    CompletionCommand.class,
                    VersionCommand.class);

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
        List<Class<?>> asked = COMMANDS.stream().filter(command -> arguments.length > 0 && names(command).contains(arguments[0])).toList();
        (asked.isEmpty() ? COMMANDS : asked).forEach(line::addSubcommand);
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

    private static List<String> names(Class<?> command) {
        Command said = command.getAnnotation(Command.class);
        List<String> names = new ArrayList<>(List.of(said.aliases()));
        names.add(said.name());
        return names;
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
