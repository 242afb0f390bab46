package io.gantry.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Options that people know from {@code docker run} and that aren't there: what to do instead, in a sentence and not in a page of help. */
final class DockerOptions {
    private static final String NO_PRIVILEGES = "a container gets nothing of its host; docs/explanation/security-model.md says what it has";

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("--volumes-from", "name each volume: -v data:/var/lib/data"),
            Map.entry("--volume-driver", "volumes are folders of the node they were first used on"),
            Map.entry("--gpus", NO_PRIVILEGES),
            Map.entry("--userns", "every container has users of its own: root inside is nobody outside"),
            Map.entry("--env-file", "say each variable by -e NAME=VALUE"),
            Map.entry("--link", "containers of one network find each other by name"),
            Map.entry("--init", "every container has an init already"),
            Map.entry("--pull", "images are in Gantry's own registry: push them there"),
            Map.entry("--net", "write --network"));

    private DockerOptions() {}

    /** In front of picocli's own handling of what it can't read. */
    static IParameterExceptionHandler before(IParameterExceptionHandler others) {
        return (problem, arguments) -> {
            Optional<String> sentence = problem.getCommandLine().getCommand() instanceof EndsAsContainer ? sentence(problem) : Optional.empty();
            if (sentence.isEmpty()) {
                return others.handleParseException(problem, arguments);
            }
            problem.getCommandLine().getErr().println("gantry: " + sentence.get());
            return Gantry.PLATFORM_ERROR;
        };
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
