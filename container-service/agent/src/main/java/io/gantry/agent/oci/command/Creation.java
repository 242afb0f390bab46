package io.gantry.agent.oci.command;

import java.nio.file.Path;
import java.util.Optional;

/** What {@code create}, {@code run} and {@code plan} are asked for. */
record Creation(Path bundle, Optional<Path> pidFile, Optional<String> console, boolean detach, String id) {
    static Creation read(Words words) {
        Path bundle = Path.of("");
        Optional<Path> pidFile = Optional.empty();
        Optional<String> console = Optional.empty();
        boolean detach = false;
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            String name = option.get();
            switch (name) {
                case "bundle", "b" -> bundle = Path.of(words.value(name));
                case "pid-file" -> pidFile = Optional.of(Path.of(words.value(name)).toAbsolutePath());
                case "console-socket" -> console = Optional.of(Path.of(words.value(name)).toAbsolutePath().toString());
                case "detach", "d" -> detach = words.yes();
                case "no-new-keyring" -> words.yes(); // none is ever made
                case "preserve-fds" -> NotHonoured.preserveFds(words.value(name));
                case "no-pivot" -> {
                    if (words.yes()) {
                        throw new IllegalArgumentException("--no-pivot isn't honoured: without pivot_root the host's file systems stay within reach");
                    }
                }
                default -> throw new IllegalArgumentException("--" + name + " isn't known; see gantry-runc --help");
            }
        }
        Creation creation = new Creation(bundle.toAbsolutePath().normalize(), pidFile, console, detach, words.word("the container's name"));
        words.end();
        return creation;
    }
}
