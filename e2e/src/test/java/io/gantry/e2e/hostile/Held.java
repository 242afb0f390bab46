package io.gantry.e2e.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a platform holds at a moment, counted without asking it but for its lists.
 *
 * @param inPrograms descriptors, sockets and threads of each of its processes; of virtual threads those of the services, and the backbone's children, which are
 *     PostgreSQL's for each connection
 * @param things containers, processes in some of them, builds under way and files of what is being received: these have no reason to stay
 */
record Held(Map<String, Integer> inPrograms, Map<String, Integer> things) {
    private static final List<String> PROGRAMS = List.of("platform", "agent-0", "backbone");
    /** These come and go with what the virtual machine has to compile. */
    private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre.*");
    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ \".*\" virtual");
    /** What is received of an archive, a build's context, a blob, or for a container. */
    private static final Pattern RECEIVED = Pattern.compile("data/images/(loads|builds|uploads)/.+|data/agent-0/.*/(incoming|layer)-.*\\.tar");

    /** @param containers whose processes are counted */
    static Held by(Stage stage, List<String> containers) {
        Map<String, Integer> programs = new TreeMap<>();
        for (String name : PROGRAMS) {
            Path proc = Path.of("/proc", Integer.toString(stage.process(name)));
            List<String> descriptors = names(proc.resolve("fd"), Held::target);
            // the broker's segments come and go
            if (!name.equals("backbone")) {
                programs.put("descriptors of " + name, descriptors.size());
            }
            programs.put("sockets of " + name, (int) descriptors.stream().filter(one -> one.startsWith("socket:")).count());
            programs.put("threads of " + name, (int) names(proc.resolve("task"), task -> text(task.resolve("comm"))).stream().filter(one -> !COMPILER.matcher(one).matches()).count());
        }
        programs.put("virtual threads of platform", virtualThreads(stage));
        programs.put("children of backbone", (int) ProcessHandle.of(stage.process("backbone")).orElseThrow().descendants().count());
        Map<String, Integer> things = new TreeMap<>();
        things.put("containers", stage.rest().get("/containers?all=true&limit=1000").path("items").size());
        for (String container : containers) {
            things.put("processes in " + container, processes(stage, container));
        }
        things.put("builds under way", stage.rest().get("/builds?status=RUNNING&limit=1000").path("items").size());
        things.put("files received", received(stage.home()).size());
        return new Held(programs, things);
    }

    /** Without what comes and goes by itself. */
    private static int processes(Stage stage, String container) {
        int count = 0;
        for (JsonNode process : stage.rest().get("/containers/" + container + "/processes").path("items")) {
            count += process.path("command").asText().equals(Exchanges.PAUSE) ? 0 : 1;
        }
        return count;
    }

    /** What is more now than it was before, in words. */
    List<String> beyond(Held before, int slack) {
        List<String> more = new ArrayList<>();
        compare(before.inPrograms, inPrograms, slack, more);
        compare(before.things, things, 0, more);
        return more;
    }

    private static void compare(Map<String, Integer> before, Map<String, Integer> now, int slack, List<String> more) {
        now.forEach((what, count) -> {
            if (count > before.get(what) + slack) {
                more.add(what + ": " + before.get(what) + " before, " + count + " now");
            }
        });
    }

    static List<Path> received(Path home) {
        try (Stream<Path> all = Files.walk(home.resolve("data/images"))) {
            try (Stream<Path> agents = Files.find(home.resolve("data/agent-0"), 3, (path, _) -> RECEIVED.matcher(home.relativize(path).toString()).matches())) {
                return Stream.concat(all.filter(path -> RECEIVED.matcher(home.relativize(path).toString()).matches()), agents).toList();
            }
        } catch (UncheckedIOException | IOException wentMeanwhile) {
            return received(home);
        }
    }

    private static int virtualThreads(Stage stage) {
        return (int) VIRTUAL.matcher(threads(stage)).results().count();
    }

    /** All of the services' threads, virtual ones too, with their stacks. */
    static String threads(Stage stage) {
        Path dump = stage.home().resolve("threads.txt");
        stage.commands().run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Integer.toString(stage.process("platform")), "Thread.dump_to_file", "-overwrite", dump.toString());
        return text(dump);
    }

    private interface Reading {
        String of(Path path);
    }

    private static List<String> names(Path folder, Reading reading) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(reading::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closed) {
            return "closed meanwhile";
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException ended) {
            return "";
        }
    }
}
