package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an installation has in the kernel, counted without asking it. */
public final class Traces {
    private Traces() {}

    /**
     * @param prefix of its namespaces and links
     * @param home its folder: mounts lie below it, its processes name it, its control groups are named by it
     */
    static Set<String> of(String prefix, Path home) throws IOException {
        Set<String> traces = new TreeSet<>();
        names(Path.of("/run/netns")).filter(name -> name.startsWith(prefix)).forEach(name -> traces.add("namespace " + name));
        names(Path.of("/sys/class/net")).filter(name -> name.startsWith(prefix)).forEach(name -> traces.add("link " + name));
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            if (line.contains(home.toString())) {
                traces.add("mount " + line.split(" ")[4]);
            }
        }
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            processes.filter(process -> process.pid() != ProcessHandle.current().pid() && mentions(process, home))
                    .forEach(process -> traces.add("process " + process.pid() + " " + process.info().command().orElse("")));
        }
        String tag = run("sh", "-c", "printf %s " + home + " | sha1sum | cut -c1-8");
        try (Stream<Path> folders = Files.find(Path.of("/sys/fs/cgroup"), 6, (path, _) -> path.toString().contains("/gantry-" + tag))) {
            folders.filter(Files::isDirectory).forEach(folder -> traces.add("cgroup " + folder));
        }
        return traces;
    }

    /**
     * Of an installation whose host is this machine: the same, and what it has in this machine's own network.
     *
     * @param pool first two numbers of its containers' addresses
     */
    public static Set<String> ofOneHost(Path home, String pool) throws IOException {
        Set<String> traces = of("none", home);
        Stream.of("address", "route", "neigh")
                .flatMap(what -> run("ip", "-4", "-o", what).lines())
                .filter(line -> line.contains(" " + pool + ".") || line.startsWith(pool + "."))
                .forEach(line -> traces.add("network " + line));
        Path node = home.resolve("data/agent-0/identity/node.id");
        if (Files.exists(node)) {
            String id = Files.readString(node).strip();
            run("ip", "-o", "link").lines().filter(line -> line.contains("alias gantry " + id)).forEach(line -> traces.add("link " + line));
            run("nft", "list", "tables").lines().filter(line -> line.endsWith(id.substring(id.length() - 12))).forEach(traces::add);
        }
        return traces;
    }

    private static String run(String... command) {
        return new Commands(Map.of()).run(command);
    }

    private static Stream<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return Stream.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).toList().stream();
        }
    }

    private static boolean mentions(ProcessHandle process, Path home) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return new String(line, StandardCharsets.UTF_8).contains(home + "/");
        } catch (IOException ended) {
            return false;
        }
    }
}
