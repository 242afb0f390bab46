package io.gantry.agent.execute;

import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.KeptFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder in memory that a container's secrets and configs are in. A file there is whole: another content comes by rename. */
record KeptFolder(Path folder) {
    /** Before a signal's name: nothing that a container sees as a file of its own begins with a dot. */
    private static final String DUE = ".due-";

    /**
     * @param first the host's number of the container's user 0
     * @param runsAs whose the file is if nobody else is named
     */
    void put(KeptFile file, int first, Identity runsAs) {
        int uid = first + (file.uid() == null ? runsAs.uid() : file.uid());
        int gid = first + (file.gid() == null ? runsAs.gid() : file.gid());
        put(file, uid, gid);
    }

    /** With that content. */
    boolean has(KeptFile file) {
        try {
            return Arrays.equals(Files.readAllBytes(folder.resolve(file.name())), file.content().bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that is there gets another content and keeps its owner. */
    void replace(KeptFile file) {
        Path there = folder.resolve(file.name());
        try {
            put(file, (Integer) Files.getAttribute(there, "unix:uid"), (Integer) Files.getAttribute(there, "unix:gid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The container's first process is to get this signal. Lasts as long as the container runs, whatever becomes of this agent. */
    void announce(String signal) {
        try {
            Files.write(folder.resolve(DUE + signal), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> announced() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(DUE)).map(name -> name.substring(DUE.length())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It got it. */
    void settle(String signal) {
        try {
            Files.deleteIfExists(folder.resolve(DUE + signal));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(KeptFile file, int uid, int gid) {
        Path fresh = folder.resolve("." + file.name() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, file.content().bytes(), StandardOpenOption.WRITE);
            Files.setAttribute(fresh, "unix:gid", gid);
            Files.setAttribute(fresh, "unix:uid", uid);
            Files.setPosixFilePermissions(fresh, permissions(file.mode()));
            Files.move(fresh, folder.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        StringBuilder text = new StringBuilder("rwxrwxrwx");
        for (int bit = 0; bit < text.length(); bit++) {
            if ((mode >> text.length() - 1 - bit & 1) == 0) {
                text.setCharAt(bit, '-');
            }
        }
        return PosixFilePermissions.fromString(text.toString());
    }
}
