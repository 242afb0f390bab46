package io.gantry.agent.image.erofs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of an image while it is written, from front to back; its first block is kept free for the superblock. */
final class ImageData implements Closeable {
    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final byte[] piece = new byte[64 << 10];
    private long written;

    /** @param path where nothing is yet */
    ImageData(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        zeros(Superblock.BLOCK);
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

    /** All of it is on the disk afterwards. */
    void finish(byte[] firstBlock) throws IOException {
        flush();
        ByteBuffer first = ByteBuffer.wrap(firstBlock);
        while (first.hasRemaining()) {
            file.write(first, first.position());
        }
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
