package io.gantry.agent.image.erofs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * What an image says of itself (struct erofs_super_block), at byte 1024.
 *
 * @param root number of the root's inode
 * @param inodes how many there are
 * @param blocks the image's length, in blocks
 * @param metadata the block that inodes are counted from
 */
record Superblock(int root, long inodes, long blocks, long metadata) {
    static final int BLOCK = 4096;
    private static final int BLOCK_BITS = 12;
    private static final int OFFSET = 1024;
    private static final int MAGIC = 0xE0F5E1E2;

    /** The checksum is there (EROFS_FEATURE_COMPAT_SB_CHKSUM), and times are those of contents (EROFS_FEATURE_COMPAT_MTIME). */
    private static final int FEATURES = 1 | 2;

    /** The image's first block. */
    byte[] encode() {
        ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(OFFSET, MAGIC)
                .putInt(OFFSET + 8, FEATURES)
                .put(OFFSET + 12, (byte) BLOCK_BITS)
                .putShort(OFFSET + 14, (short) root)
                .putLong(OFFSET + 16, inodes)
                .putInt(OFFSET + 36, (int) blocks)
                .putInt(OFFSET + 40, (int) metadata);
        block.putInt(OFFSET + 4, checksum(block.array()));
        return block.array();
    }

    /** Of the rest of the block with the checksum's own place zero; not inverted in the end, other than CRC32C is usually. */
    private static int checksum(byte[] block) {
        CRC32C sum = new CRC32C();
        sum.update(block, OFFSET, BLOCK - OFFSET);
        return ~(int) sum.getValue();
    }

    /** Of a file that this program wrote: fails if it isn't as long as it says, or its first block isn't whole. */
    static Superblock check(Path image) throws IOException {
        byte[] first = new byte[BLOCK];
        long size;
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ)) {
            size = file.size();
            ByteBuffer into = ByteBuffer.wrap(first);
            while (into.hasRemaining()) {
                if (file.read(into, into.position()) < 0) {
                    throw new EOFException(image + " has " + size + " bytes");
                }
            }
        }
        ByteBuffer block = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
        int sum = block.getInt(OFFSET + 4);
        block.putInt(OFFSET + 4, 0);
        Superblock found = new Superblock(
                Short.toUnsignedInt(block.getShort(OFFSET + 14)), block.getLong(OFFSET + 16), Integer.toUnsignedLong(block.getInt(OFFSET + 36)),
                Integer.toUnsignedLong(block.getInt(OFFSET + 40)));
        if (block.getInt(OFFSET) != MAGIC || sum != checksum(first) || found.blocks() * BLOCK != size) {
            throw new IOException(image + " isn't whole: it has " + size + " bytes, and its first block says " + found);
        }
        return found;
    }
}
