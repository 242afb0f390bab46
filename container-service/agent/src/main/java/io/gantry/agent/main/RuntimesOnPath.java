package io.gantry.agent.main;

import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RuntimeClasses;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Which other OCI runtimes this host has. crun alone: it can leave control groups as they are, and takes a filter of system calls as the kernel does.
 * Without the like, a container would be limited by another's reading of its limits, and filtered by another's compiler.
 */
final class RuntimesOnPath {
    private static final Logger LOG = Logger.getLogger(RuntimesOnPath.class);
    private static final String CRUN = "crun";
    private static final Pattern VERSION = Pattern.compile("crun version (\\S+)");
    private static final long PATIENCE_SECONDS = 10;

    private RuntimesOnPath() {}

    /** @param path folders with colons between; {@code null} for none */
    static RuntimeClasses of(String path) throws InterruptedException {
        Optional<Path> program = Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, CRUN))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
        if (program.isEmpty()) {
            return RuntimeClasses.OWN;
        }
        Optional<OciRuntime> crun = crun(program.get().toString(), version(program.get()));
        crun.ifPresentOrElse(
                found -> LOG.infof("containers can be of the runtime class %s, made by %s %s", found.name(), found.program(), found.version()),
                () -> LOG.warnf("no containers can be made by %s: what it says of its version is none of a crun with +SECCOMP", program.get()));
        return new RuntimeClasses(crun.stream().toList());
    }

    /** @param said by {@code crun --version} */
    static Optional<OciRuntime> crun(String program, String said) {
        Matcher version = VERSION.matcher(said);
        return version.find() && said.contains("+SECCOMP") ? Optional.of(new OciRuntime(CRUN, program, version.group(1))) : Optional.empty();
    }

    private static String version(Path program) throws InterruptedException {
        try {
            Process asked = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
            asked.getOutputStream().close();
            if (!asked.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
                return "";
            }
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            LOG.warnf("%s can't be asked for its version: %s", program, e.getMessage());
            return "";
        }
    }
}
