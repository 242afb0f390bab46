package io.gantry.agent.image.erofs;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file of an image while it is written, from front to back; its first block is kept free for the superblock. Where the file system allows it, it goes past the page cache (open(2), O_DIRECT): loop
 * devices read past that, too, and all of it has to be on the disk in the end.
 */
final class ImageData implements Closeable {
    /** Written at a time: a multiple of {@link Superblock#BLOCK}, at an address that is one, too. */
    private static final int WRITTEN = 1 << 20;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITTEN + Superblock.BLOCK).alignedSlice(Superblock.BLOCK).slice(0, WRITTEN);
    private final byte[] piece = new byte[64 << 10];
    private long written;

    /** @param path where nothing is yet */
    ImageData(Path path) throws IOException {
        this(path, true);
    }

    /** @param past whether past the page cache, if that can be */
    ImageData(Path path, boolean past) throws IOException {
        file = past && Superblock.BLOCK % Files.getFileStore(path.toAbsolutePath().getParent()).getBlockSize() == 0 ? openPast(path) : open(path);
        zeros(Superblock.BLOCK);
    }

    private static FileChannel openPast(Path path) throws IOException {
        try {
            return open(path, ExtendedOpenOption.DIRECT);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // a file system that can't has made the file nevertheless
            Files.deleteIfExists(path);
            return open(path);
        }
    }

    private static FileChannel open(Path path, OpenOption... more) throws IOException {
        Set<OpenOption> options = new HashSet<>(Arrays.asList(more));
        options.addAll(List.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
        return FileChannel.open(path, options);
    }

    long position() {
        return written + buffer.position();
    }

    /** Which block comes next, once the present one is filled up with zeros. */
    long block() throws IOException {
        zeros((int) (-position() & Superblock.BLOCK - 1));
        return position() / Superblock.BLOCK;
    }

    /** @return how many bytes that was */
    long write(InputStream content) throws IOException {
        long begin = position();
        for (int got = content.read(piece); got >= 0; got = content.read(piece)) {
            write(piece, got);
        }
        return position() - begin;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    void zeros(int count) throws IOException {
        write(new byte[count], count);
    }

    private void write(byte[] bytes, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int fits = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, done, fits);
            done += fits;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Its length is a multiple of the block's; all of it is on the disk afterwards. @param firstBlock is one block long */
    void finish(byte[] firstBlock) throws IOException {
        block();
        flush();
        buffer.put(firstBlock).flip();
        while (buffer.hasRemaining()) {
            file.write(buffer, buffer.position());
        }
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
