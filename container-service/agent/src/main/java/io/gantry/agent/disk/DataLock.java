package io.gantry.agent.disk;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * That no other agent works on a data folder: held by the one that does, on {@code agent/lock} in it, whose text is its process id. The kernel
 * lets go of it when the process ends, however it ends (fcntl(2), F_SETLK); processes that it has started don't hold it.
 */
public final class DataLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DataLock.class.getName());
    private static final int LONGEST_PID = 20;
    private final FileChannel file;

    private DataLock(FileChannel file) {
        this.file = file;
    }

    /** Another agent holds it. */
    public static final class Held extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Held(Path data, String pid) {
            super("an agent with --data-dir %s runs (pid %s): end it first, or give another folder".formatted(data, pid));
        }
    }

    /**
     * Makes the folder if there is none.
     *
     * @throws Held if another agent has it
     */
    public static DataLock take(Path data) throws IOException {
        Path folder = Files.createDirectories(data.resolve("agent"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = lock(file) != null;
            if (!taken) {
                throw new Held(data, text(file));
            }
            sayWho(file);
            return new DataLock(file);
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    /** On a full disk nobody is told; it is ours all the same. */
    private static void sayWho(FileChannel file) {
        try {
            file.truncate(0);
            file.write(StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())), 0);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lock of the data folder doesn''t say whose it is: {0}", e.getMessage());
        }
    }

    private static FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            // held in this very process
            return null;
        }
    }

    private static String text(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_PID);
        file.read(text, 0);
        return StandardCharsets.US_ASCII.decode(text.flip()).toString();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
