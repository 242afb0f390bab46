package io.gantry.e2e.scripts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of the scripts that everybody may read, and a PATH that has only the programs the scripts are written in. */
final class Scratch {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> PROGRAMS =
            List.of("bash", "awk", "cat", "chmod", "cut", "dirname", "find", "grep", "head", "hostname", "mkdir", "mktemp", "readlink", "rm", "rmdir", "sed",
                    "sha1sum", "sort", "tail", "tr");
    private static final List<String> NOBODY = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");

    record Result(int code, String out, String err) {}

    private final Path folder;

    Scratch(Path folder) throws IOException {
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(REPOSITORY.resolve("gantry"), folder.resolve("gantry"));
        Files.createDirectories(folder.resolve("script"));
        try (Stream<Path> scripts = Files.list(REPOSITORY.resolve("script"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, folder.resolve("script").resolve(script.getFileName()));
            }
        }
        Files.createDirectories(folder.resolve("bin"));
        for (String program : PROGRAMS) {
            program(program, "exec /usr/bin/" + program + " \"$@\"");
        }
    }

    Path home() {
        return folder.resolve("home");
    }

    /** A program of that name, found before all others. */
    void program(String name, String text) throws IOException {
        Path file = folder.resolve("bin").resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A folder that looks like a JDK of that version. */
    Path jdk(String name, String version) throws IOException {
        Path jdk = Files.createDirectories(folder.resolve(name));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Files.createDirectories(jdk.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Files.writeString(jdk.resolve("bin").resolve(program), "#!/bin/sh\n");
            Files.setPosixFilePermissions(jdk.resolve("bin").resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return jdk;
    }

    /** The entry script with these words. */
    Result gantry(Map<String, String> environment, String... words) {
        return run(List.of(), environment, Stream.concat(Stream.of("bash", folder.resolve("gantry").toString()), Stream.of(words)).toList());
    }

    Result gantryAsNobody(String... words) {
        return run(asNobody(), Map.of(), Stream.concat(Stream.of("bash", folder.resolve("gantry").toString()), Stream.of(words)).toList());
    }

    /** A few lines after the scripts' functions are there. */
    Result lines(Map<String, String> environment, String lines) {
        return run(List.of(), environment, List.of("bash", "-c", withFunctions(lines)));
    }

    Result linesAsNobody(String lines) {
        return run(asNobody(), Map.of(), List.of("bash", "-c", withFunctions(lines)));
    }

    private String withFunctions(String lines) {
        return "set -euo pipefail; ROOT=" + folder + "; for each in say settings java packages build processes services hosts platform doctor verify; do . $ROOT/script/$each.sh; done\n"
                + lines;
    }

    private static List<String> asNobody() {
        return System.getProperty("user.name").equals("root") ? NOBODY : List.of();
    }

    private Result run(List<String> before, Map<String, String> more, List<String> command) {
        List<String> words = new ArrayList<>(before);
        words.addAll(command);
        Map<String, String> environment = new HashMap<>(Map.of("HOME", folder.toString(), "GANTRY_HOME", home().toString()));
        environment.put("PATH", folder.resolve("bin").toString());
        environment.putAll(more);
        try {
            Path err = Files.createTempFile("err", "");
            ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            String said = Files.readString(err);
            Files.delete(err);
            return new Result(code, out, said);
        } catch (IOException e) {
            throw new AssertionError(words.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(words.toString(), e);
        }
    }
}
