package io.gantry.agent.disk;

import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;
import java.util.Set;

/** Small files that are replaced as a whole, by rename: who reads one sees the old text or the new, and never a part. */
public final class WholeFile {
    private static final System.Logger LOG = System.getLogger(WholeFile.class.getName());
    private static final Set<OpenOption> FRESH =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /** Against a crash of the host. A crash of the agent alone does no file any harm. */
    public enum Sync {
        /** None, and no wait for the disk: the host may come up with the old text, or with an empty file, which {@link #read} sets aside. */
        NONE,
        /** What was written, and its name, are on the disk before the call returns. */
        DISK
    }

    private WholeFile() {}

    /** @param attributes of the file, as for a new one */
    public static void replace(Path file, String text, Sync sync, FileAttribute<?>... attributes) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(fresh, FRESH, attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (sync == Sync.DISK) {
                channel.force(true);
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (sync == Sync.DISK) {
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    /** Empty if there is none, or none that can be understood: that one is set aside, and told of. */
    public static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            Optional<T> found = Optional.ofNullable(Json.read(Files.readString(file), type));
            if (found.isEmpty()) {
                setAside(file, "there is nothing in it");
            }
            return found;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            setAside(file, e.getMessage());
            return Optional.empty();
        }
    }

    /** From here on it is called {@code <name>.broken}, for whoever wants to look. */
    public static void setAside(Path file, String why) throws IOException {
        Path broken = file.resolveSibling(file.getFileName() + ".broken");
        Files.move(file, broken, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        LOG.log(Level.WARNING, "{0} can''t be understood, the agent goes on without it; it is kept as {1}: {2}", file, broken.getFileName(), why);
    }
}
