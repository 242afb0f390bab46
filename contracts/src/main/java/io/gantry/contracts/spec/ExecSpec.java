package io.gantry.contracts.spec;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Map;

/**
 * A further command in a running container.
 *
 * @param command the program and its arguments; at least one
 * @param env added to the container's environment
 * @param user as in {@link ContainerSpec}; {@code null} is the container's
 * @param workingDir {@code null} is the container's
 * @param endsWithClient it is killed, with all of its session, when who started it goes away; otherwise only its standard input ends then
 */
public record ExecSpec(
        @Always List<String> command, Map<String, String> env, String user, String workingDir, boolean tty, boolean stdin, boolean endsWithClient) {
    public ExecSpec {
        if (command == null || command.isEmpty()) {
            throw new BadField("command", "command is missing", "write for example [\"ls\", \"-l\"]");
        }
        command = Check.words("command", command);
        env = Check.environment(env);
        Check.user(user);
        Check.absolute("workingDir", workingDir);
    }

    public ExecSpec(List<String> command, Map<String, String> env, String user, String workingDir, boolean tty, boolean stdin) {
        this(command, env, user, workingDir, tty, stdin, false);
    }
}
