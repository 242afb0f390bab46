package io.gantry.agent.log;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The files of one log: {@code log} is written, {@code log.1} came before it, {@code log.2} before that. */
record LogFiles(Path folder) {
    private static final int MOST = 100;

    /** @param key who the file is, whatever it is called by now */
    record Open(Object key, SeekableByteChannel channel) {}

    Optional<Open> oldest() throws IOException {
        List<Path> paths = paths();
        return paths.isEmpty() ? Optional.empty() : open(paths.getLast());
    }

    Optional<Open> newest() throws IOException {
        List<Path> paths = paths();
        return paths.isEmpty() ? Optional.empty() : open(paths.getFirst());
    }

    /** The file written before {@code current}; empty if there is none, or both have been removed meanwhile. */
    Optional<Open> before(Open current) throws IOException {
        List<Path> paths = paths();
        for (int i = 0; i < paths.size() - 1; i++) {
            if (Objects.equals(key(paths.get(i)), current.key())) {
                return open(paths.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /** The file written after {@code current}; empty if it is the newest. A file rotated away meanwhile is passed over. */
    Optional<Open> after(Open current) throws IOException {
        List<Path> paths = paths();
        for (int i = 0; i < paths.size(); i++) {
            if (Objects.equals(key(paths.get(i)), current.key())) {
                return i == 0 ? Optional.empty() : open(paths.get(i - 1));
            }
        }
        return oldest();
    }

    /** The container has ended, or is gone. */
    boolean ended() {
        return Files.exists(folder.resolve("exit")) || !Files.isDirectory(folder);
    }

    /** Newest first. */
    private List<Path> paths() {
        List<Path> found = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            Path path = folder.resolve(i == 0 ? "log" : "log." + i);
            if (Files.exists(path)) {
                found.add(path);
            } else if (i > 0) {
                break;
            }
        }
        return found;
    }

    /** The name may pass to another file between looking and opening: what was opened is what had the same key on both sides. */
    private static Optional<Open> open(Path path) throws IOException {
        while (true) {
            Object before = key(path);
            if (before == null) {
                return Optional.empty();
            }
            try {
                SeekableByteChannel channel = Files.newByteChannel(path);
                if (before.equals(key(path))) {
                    return Optional.of(new Open(before, channel));
                }
                channel.close();
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
    }

    private static Object key(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
