package io.gantry.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Options and commands that people know from {@code docker} and that aren't there: what to do instead, in a sentence and not in a page of help. */
final class DockerOptions {
    private static final String NO_PRIVILEGES = "a container gets nothing of its host; docs/explanation/security-model.md says what it has";

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("--volume-driver", "volumes are folders of the node they were first used on"),
            Map.entry("--gpus", NO_PRIVILEGES),
            Map.entry("--userns", "every container has users of its own: root inside is nobody outside"),
            Map.entry("--link", "containers of one network find each other by name"),
            Map.entry("--init", "every container has an init already; --no-init leaves it out"),
            Map.entry("--add-host", "names are resolved by Gantry's own server; --network-alias gives a container further ones"),
            Map.entry("--dns", "names are resolved by Gantry's own server, and by the node's for all others"),
            Map.entry("--ip", "addresses are leased; find the container by its name"),
            Map.entry("--mac-address", "it follows from the leased address"),
            Map.entry("--log-opt", "write --log-max-size and --log-max-files"),
            Map.entry("--log-driver", "output is kept on the node; gantry logs shows it"),
            Map.entry("--storage-opt", "write --disk SIZE"),
            Map.entry("--blkio-weight", "write --io-weight"),
            Map.entry("--cgroupns", "every container has namespaces of its own"),
            Map.entry("--cidfile", "run -d and create print the id"),
            Map.entry("--platform", "an image is made for one; push the one for your nodes"),
            Map.entry("--oom-kill-disable", "a container that can't be ended when memory runs out would hold the host; --memory gives it more"),
            Map.entry("--pull", "write gantry pull before"),
            Map.entry("--net", "write --network"));

    private static final Map<String, String> COMMANDS_INSTEAD = Map.ofEntries(
            Map.entry("container", "write gantry ps, run, rm and the like"),
            Map.entry("image", "write gantry images, rmi, tag, build, history, pull, push, save, load, import"),
            Map.entry("info", "the machines are listed by gantry nodes, the programs by gantry version"),
            Map.entry("system", "the machines are listed by gantry nodes; room is made by gantry volume prune"),
            Map.entry("compose", "gantry deploy makes a deployment; there are no compose files"));

    private DockerOptions() {}

    /** In front of picocli's own handling of what it can't read. */
    static IParameterExceptionHandler before(IParameterExceptionHandler others) {
        return (problem, arguments) -> {
            Optional<String> command = command(problem);
            if (command.isPresent()) {
                problem.getCommandLine().getErr().println("gantry: " + command.get());
                return problem.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
            }
            Optional<String> sentence = problem.getCommandLine().getCommand() instanceof EndsAsContainer ? sentence(problem) : Optional.empty();
            if (sentence.isEmpty()) {
                return others.handleParseException(problem, arguments);
            }
            problem.getCommandLine().getErr().println("gantry: " + sentence.get());
            return Gantry.PLATFORM_ERROR;
        };
    }

    private static Optional<String> command(ParameterException problem) {
        if (problem.getCommandLine().getParent() != null || !(problem instanceof UnmatchedArgumentException unmatched)) {
            return Optional.empty();
        }
        String word = unmatched.getUnmatched().getFirst();
        return Optional.ofNullable(COMMANDS_INSTEAD.get(word)).map(instead -> "there is no " + word + ": " + instead);
    }

    private static Optional<String> sentence(ParameterException problem) {
        List<String> unknown = problem instanceof UnmatchedArgumentException unmatched ? unmatched.getUnmatched() : List.of();
        return unknown.stream()
                .map(argument -> argument.startsWith("--") ? argument.replaceFirst("=.*", "") : argument)
                .filter(INSTEAD::containsKey)
                .findFirst()
                .map(option -> "there is no " + option + ": " + INSTEAD.get(option));
    }
}
