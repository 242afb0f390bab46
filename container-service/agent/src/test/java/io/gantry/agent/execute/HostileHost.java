package io.gantry.agent.execute;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A host with things to reach, and a runtime whose plans can lack protections. */
final class HostileHost implements AutoCloseable {
    final TestHost host = TestHost.make();
    /** Where everybody may look, were it not for the container. */
    final Path open = Files.createTempDirectory("gantry-escape-open");
    final Path secret = open.resolve("secret");
    final Path program;
    final int key = (int) ProcessHandle.current().pid() | 0x47000000;
    final ServerSocket loopback = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    final Process sleeper;
    private final List<Process> servers = new ArrayList<>();
    private volatile Set<Protection> off = Set.of();

    HostileHost() throws Exception {
        program = host.layer.resolve("bin/escape");
        compile(Path.of("src/test/c/escape.c"), program);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(secret, "the host's secret");
        Path setuid = host.layer.resolve("bin/setuid-cat");
        // not busybox: it lays down by itself what it doesn't need
        host.add(Path.of("/bin/cat"), setuid);
        Files.setAttribute(setuid, "unix:mode", 04755);
        run("mknod", "-m", "666", host.layer.resolve("kernel-log").toString(), "c", "1", "11");
        sleeper = new ProcessBuilder("sleep", "1000").start();
        tool("make-shared", Integer.toString(key), "the host's memory");
        serve(abstractName());
        serve(open.resolve("socket").toString());
        host.runtime.close();
        host.boot(Means.usual().planning(input -> Protection.without(ContainerPlanner.plan(input), off)));
    }

    /** A file on the disk that also holds the containers' own. */
    Path handled() throws IOException {
        return Files.writeString(host.folder.resolve("handled"), "the host's file");
    }

    String abstractName() {
        return "@gantry-escape-" + host.node;
    }

    static void compile(Path source, Path program) throws Exception {
        run("musl-gcc", "-std=gnu11", "-Os", "-static", "-Wall", "-Wextra", "-Werror", "-o", program.toString(), source.toString());
    }

    static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said.strip();
    }

    /** What the program says on the host. */
    String tool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private void serve(String name) throws IOException {
        Process server = new ProcessBuilder(program.toString(), "serve-unix", name).redirectErrorStream(true).start();
        servers.add(server);
        String said = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"listening".equals(said)) {
            throw new IOException("nobody serves " + name + ": " + said);
        }
    }

    /** All that a container said which tried it without these protections. */
    String tried(Attempt attempt, Set<Protection> without) throws Exception {
        return tried(TestHost.shell(attempt.script() + "\n").but().user(attempt.user()).build(), without);
    }

    String tried(ContainerSpec spec, Set<Protection> without) throws Exception {
        off = without;
        ContainerId id = TestHost.newId();
        host.run(id, spec);
        String said = host.output(id);
        host.runtime.remove(id);
        return said;
    }

    @Override
    public void close() throws Exception {
        for (Process server : servers) {
            server.destroy();
            server.waitFor(5, TimeUnit.SECONDS);
        }
        sleeper.destroy();
        loopback.close();
        tool("remove-shared", Integer.toString(key));
        host.close();
        Trees.delete(open);
    }
}
