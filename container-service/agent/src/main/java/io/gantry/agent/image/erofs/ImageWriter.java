package io.gantry.agent.image.erofs;

import io.gantry.agent.image.LayerTree;
import io.gantry.agent.image.erofs.ImageLayout.Spot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes one image: what is in files as the tree is told of them, each from a block of its own, then folders and inodes, then the superblock. Until that is
 * there, nothing takes the file for an image.
 */
public final class ImageWriter implements Closeable {
    /** Data from a block on, or with its end behind the inode (EROFS_INODE_FLAT_PLAIN, EROFS_INODE_FLAT_INLINE). */
    private static final int PLAIN = 0;

    private static final int INLINE = 2;
    private static final int EXTENDED = 1;
    private static final long MOST_BLOCKS = 0xffff_ffffL;

    private final ImageData data;
    private final ImageTree tree;

    /**
     * @param path where nothing is yet
     * @param heap bytes of memory that names, links and attributes of one layer may take
     */
    public ImageWriter(Path path, long heap) throws IOException {
        data = new ImageData(path);
        tree = new ImageTree(data, new TreeHeap(heap));
    }

    /** @throws IOException if a file isn't an image, whole, that this program wrote; what is in its files is not looked at */
    public static void check(Path image) throws IOException {
        Superblock.check(image);
    }

    /** To be filled; its methods may fail with {@link LargeLayer}, too. */
    public LayerTree tree() {
        return tree;
    }

    /** After this it is on the disk, and the tree is told no more. */
    public void finish() throws IOException {
        ImageNode root = tree.counted();
        ImageLayout layout = new ImageLayout(root);
        for (Spot spot : layout.spots()) {
            writeBlocks(spot, layout);
        }
        long metadata = data.block();
        for (Spot spot : layout.spots()) {
            data.zeros((int) (metadata * Superblock.BLOCK + spot.at() - data.position()));
            writeInode(spot, layout);
        }
        if (data.position() % Superblock.BLOCK == 0) {
            // fsck.erofs 1.5 reads where attributes would be also behind a last inode that has none
            data.zeros(Attributes.HEADER);
        }
        long blocks = data.block();
        if (blocks > MOST_BLOCKS) {
            throw new IOException("an image has at most " + MOST_BLOCKS + " blocks, this would have " + blocks);
        }
        data.finish(new Superblock((int) layout.number(root), layout.spots().size(), blocks, metadata).encode());
    }

    /** What isn't behind the inode. */
    private void writeBlocks(Spot spot, ImageLayout layout) throws IOException {
        ImageNode node = spot.node();
        if (spot.names() != null) {
            node.block = data.block();
            int whole = spot.names().blocks().size() - (spot.tail() > 0 ? 1 : 0);
            for (int block = 0; block < whole; block++) {
                data.block();
                data.write(spot.names().encode(block, layout::number));
            }
        } else if (node.isLink() && spot.tail() == 0) {
            node.block = data.block();
            data.write(node.target);
        }
    }

    /** struct erofs_inode_extended, its attributes, its tail. */
    private void writeInode(Spot spot, ImageLayout layout) throws IOException {
        ImageNode node = spot.node();
        boolean device = node.type == ImageNode.CHARACTER_DEVICE || node.type == ImageNode.BLOCK_DEVICE;
        ByteBuffer inode = ByteBuffer.allocate(ImageLayout.INODE).order(ByteOrder.LITTLE_ENDIAN);
        inode.putShort((short) (EXTENDED | (spot.tail() > 0 ? INLINE : PLAIN) << 1))
                .putShort((short) (spot.attributes() == 0 ? 0 : 1 + (spot.attributes() - Attributes.HEADER) / 4))
                .putShort((short) (node.type | node.mode))
                .putShort((short) 0)
                .putLong(spot.names() != null ? spot.names().size() : node.size)
                .putInt(device ? node.device : (int) node.block)
                .putInt((int) spot.number())
                .putInt(node.user)
                .putInt(node.group)
                .putLong(node.seconds)
                .putInt(node.nanos)
                .putInt(node.links);
        data.write(inode.array());
        if (spot.attributes() > 0) {
            data.write(Attributes.encode(node));
        }
        if (spot.tail() > 0) {
            data.write(spot.names() != null ? spot.names().encode(spot.names().blocks().size() - 1, layout::number) : node.target);
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
