package io.gantry.cli.kept;

import picocli.CommandLine.Command;

/** {@code gantry secrets}. */
@Command(
        name = "secrets",
        aliases = "secret",
        description = "Secrets, which containers get as files in memory: lists them, or ls, create, inspect, rotate, rm.")
public final class SecretCommands extends KeptCommands {
    public SecretCommands() {
        super(new Kept("secret"));
    }
}
