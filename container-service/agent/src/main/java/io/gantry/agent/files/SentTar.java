package io.gantry.agent.files;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.problem.ProblemType;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A tar as somebody sends it: gzipped or plain. */
public final class SentTar {
    private static final int PIECE = 64 << 10;
    private static final int GZIP = 0x1f8b;

    private SentTar() {}

    /**
     * What is in it, up to what {@code disk} has room for.
     *
     * @throws FilesRefusal if it begins as if it were gzipped, and isn't
     */
    public static InputStream open(InputStream body, FreeRoom.Disk disk) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(body, PIECE);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        return new BoundedTar(magic == GZIP ? unzipped(buffered) : buffered, disk);
    }

    private static InputStream unzipped(InputStream gzipped) throws IOException {
        try {
            return new GZIPInputStream(gzipped, PIECE);
        } catch (ZipException | EOFException e) {
            throw broken(e);
        }
    }

    /** @param why the unpacking of what is gzipped came to nothing; it may say nothing */
    static FilesRefusal broken(IOException why) {
        return no("what is gzipped is broken" + (why.getMessage() == null ? ", it ends too soon" : ": " + why.getMessage()));
    }

    static FilesRefusal no(String why) {
        return new FilesRefusal(ProblemType.BAD_REQUEST, "the body is no tar: " + why, "send a tar, gzipped or plain");
    }
}
