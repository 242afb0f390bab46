package io.gantry.kernel.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whose a socket is, by walking {@code /proc/<pid>/fd}: some milliseconds, so ask only when somebody wants to know. */
public final class SocketOwners {
    private final Path proc;

    /** @param proc {@code /proc} */
    public SocketOwners(Path proc) {
        this.proc = proc;
    }

    /** @param name as in {@code /proc/<pid>/comm} */
    public record Owner(int pid, String name) {}

    /** Empty if its process can't be seen from here, or has gone. */
    public Optional<Owner> of(long inode) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (has(process, "socket:[" + inode + "]")) {
                    return Optional.of(new Owner(Integer.parseInt(process.getFileName().toString()), name(process)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean has(Path process, String socket) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (target(descriptor).equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
