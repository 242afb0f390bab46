package io.gantry.agent.oci.command;

import io.gantry.agent.oci.config.BundleProcess;
import io.gantry.agent.oci.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code exec} is asked for: a process by a file, or the container's own with some of it changed. */
record FurtherWords(
        Optional<Path> process, boolean detach, Optional<Path> pidFile, Optional<String> console, Optional<Boolean> terminal, Optional<String> cwd,
        List<String> env, Optional<String> user, boolean noNewPrivileges, String id, List<String> command) {
    static FurtherWords read(Words words) {
        Optional<Path> process = Optional.empty();
        boolean detach = false;
        Optional<Path> pidFile = Optional.empty();
        Optional<String> console = Optional.empty();
        Optional<Boolean> terminal = Optional.empty();
        Optional<String> cwd = Optional.empty();
        List<String> env = new ArrayList<>();
        Optional<String> user = Optional.empty();
        boolean noNewPrivileges = false;
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            String name = option.get();
            switch (name) {
                case "process", "p" -> process = Optional.of(Path.of(words.value(name)));
                case "detach", "d" -> detach = words.yes();
                case "pid-file" -> pidFile = Optional.of(Path.of(words.value(name)).toAbsolutePath());
                case "console-socket" -> console = Optional.of(Path.of(words.value(name)).toAbsolutePath().toString());
                case "tty", "t" -> terminal = Optional.of(words.yes());
                case "cwd" -> cwd = Optional.of(words.value(name));
                case "env", "e" -> env.add(words.value(name));
                case "user", "u" -> user = Optional.of(words.value(name));
                case "no-new-privs" -> noNewPrivileges = words.yes();
                case "preserve-fds" -> NotHonoured.preserveFds(words.value(name));
                default -> throw new IllegalArgumentException("--" + name + " isn't known; see gantry-runc --help");
            }
        }
        String id = words.word("the container's name");
        return new FurtherWords(process, detach, pidFile, console, terminal, cwd, List.copyOf(env), user, noNewPrivileges, id, words.rest());
    }

    /** @param container's own */
    BundleProcess over(BundleProcess container) throws IOException {
        if (process.isPresent()) {
            return ConfigReader.process(Files.readString(process.get()));
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("exec needs --process FILE or a command");
        }
        Map<String, String> all = new LinkedHashMap<>(container.env());
        for (String each : env) {
            int sign = each.indexOf('=');
            if (sign <= 0) {
                throw new IllegalArgumentException("--env is NAME=value, got '" + each + "'");
            }
            all.put(each.substring(0, sign), each.substring(sign + 1));
        }
        String[] numbers = user.map(text -> text.split(":", 2)).orElse(new String[0]);
        return new BundleProcess(
                terminal.orElse(false), 0, 0, numbers.length > 0 ? number(numbers[0]) : container.uid(), numbers.length > 1 ? number(numbers[1]) : container.gid(),
                container.groups(), container.umask(), command, all, cwd.orElse(container.cwd()), container.capabilities(), container.rlimits(),
                noNewPrivileges || container.noNewPrivileges(), container.oomScore());
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("--user is UID[:GID] in numbers, got '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
