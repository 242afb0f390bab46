package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A look into a running container with tools that it doesn't have: a command of another image in the container's namespaces, with that
 * image as its root and the container's own at {@code /container}. It ends with its client, and all that it started with it.
 *
 * @param image whose files it sees; {@code null} is the platform's toolbox
 * @param command {@code null} or empty is the image's own, else {@code sh}
 * @param env added to the image's environment
 * @param user as in {@link ContainerSpec}, by the container's own names; {@code null} is the container's, and root if it is privileged
 * @param privileged all capabilities in the container's user namespace, if its node grants that; otherwise it may do no more than the container
 */
public record DebugSpec(ImageRef image, List<String> command, Map<String, String> env, String user, boolean tty, boolean stdin, boolean privileged) {
    /** Where the container's root is seen. */
    public static final String PLACE = "container";

    private static final List<String> SHELL = List.of("sh");

    public DebugSpec {
        command = command == null ? List.of() : Check.words("command", command);
        env = Check.environment(env);
        Check.user(user);
        if (!command.isEmpty() && command.getFirst().isEmpty()) {
            throw new BadField("command", "command begins with an empty word", "leave it out for a shell");
        }
    }

    public DebugSpec withImage(ImageRef other) {
        return new DebugSpec(other, command, env, user, tty, stdin, privileged);
    }

    /** What runs, of an image with this configuration. */
    public List<String> arguments(ImageConfig config) {
        if (!command.isEmpty()) {
            return command;
        }
        List<String> own = config.entrypoint().isEmpty() ? config.command() : Stream.concat(config.entrypoint().stream(), config.command().stream()).toList();
        return own.isEmpty() ? SHELL : own;
    }
}
