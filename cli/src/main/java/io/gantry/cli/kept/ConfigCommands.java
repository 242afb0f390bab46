package io.gantry.cli.kept;

import picocli.CommandLine.Command;

/** {@code gantry configs}. */
@Command(
        name = "configs",
        aliases = "config",
        description = "Configs, which containers get as files in memory: lists them, or ls, create, inspect, rotate, rm.")
public final class ConfigCommands extends KeptCommands {
    public ConfigCommands() {
        super(new Kept("config"));
    }
}
