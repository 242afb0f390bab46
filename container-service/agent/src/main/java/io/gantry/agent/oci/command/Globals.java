package io.gantry.agent.oci.command;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What stands before the verb.
 *
 * @param root a folder for each container
 * @param log {@code null} for none
 * @param flag {@code version} or {@code help}, {@code ""} for none
 */
record Globals(Path root, Path log, boolean json, String flag) {
    private static final Path USUAL_ROOT = Path.of("/run/gantry-runc");

    static Globals read(Words words) {
        Path root = USUAL_ROOT;
        Path log = null;
        boolean json = false;
        String flag = "";
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            String name = option.get();
            switch (name) {
                case "root" -> root = Path.of(words.value(name)).toAbsolutePath().normalize();
                case "log" -> log = Path.of(words.value(name)).toAbsolutePath();
                case "log-format" -> json = format(words.value(name));
                case "debug" -> words.yes();
                case "systemd-cgroup" -> {
                    if (words.yes()) {
                        throw new IllegalArgumentException("--systemd-cgroup isn't honoured: groups are made in the trees themselves; let the engine use cgroupfs");
                    }
                }
                case "rootless" -> {
                    if (words.value(name).equals("true")) {
                        throw new IllegalArgumentException("--rootless isn't honoured: it takes root");
                    }
                }
                case "version", "v" -> flag = "version";
                case "help", "h" -> flag = "help";
                default -> throw new IllegalArgumentException("--" + name + " isn't known; see gantry-runc --help");
            }
        }
        return new Globals(root, log, json, flag);
    }

    private static boolean format(String format) {
        return switch (format) {
            case "json" -> true;
            case "text" -> false;
            default -> throw new IllegalArgumentException("--log-format is text or json, got '" + format + "'");
        };
    }
}
