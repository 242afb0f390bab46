package io.gantry.agent.image.erofs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each inode of a tree lies. They follow each other, those of one folder together, each at a multiple of 32 bytes, which is its number: attributes stand
 * behind an inode, and behind those what is short, a link's target or a folder's last names, in one block. A folder's whole blocks of names, and what is too
 * long for a block with its inode, lie before all inodes.
 */
final class ImageLayout {
    /** Of an extended inode, the form that has all of a file's owners and times. */
    static final int INODE = 64;

    private static final int SLOT = 32;

    /** Number 0 is no inode. */
    private static final int FIRST = 64;

    /**
     * @param at its first byte, counted from the first block of inodes
     * @param attributes bytes of them
     * @param tail bytes behind those
     * @param names of a folder, in blocks, the last of which is the tail if there is one; {@code null} of all else
     */
    record Spot(ImageNode node, long at, int attributes, int tail, FolderBlocks names) {
        long number() {
            return at / SLOT;
        }

        int head() {
            return INODE + attributes;
        }
    }

    private final Map<ImageNode, Spot> spots = new IdentityHashMap<>();
    private final List<Spot> order = new ArrayList<>();
    private long end = FIRST;

    ImageLayout(ImageNode root) {
        place(root);
        Deque<ImageNode> folders = new ArrayDeque<>();
        folders.add(root);
        while (!folders.isEmpty()) {
            for (ImageNode child : folders.removeLast().children.values()) {
                if (!spots.containsKey(child)) {
                    place(child);
                    if (child.isFolder()) {
                        folders.add(child);
                    }
                }
            }
        }
    }

    /** In the order in which they are written. */
    List<Spot> spots() {
        return order;
    }

    long number(ImageNode node) {
        return spots.get(node).number();
    }

    private void place(ImageNode node) {
        FolderBlocks names = node.isFolder() ? FolderBlocks.of(node) : null;
        int attributes = Attributes.room(node);
        int head = INODE + attributes;
        int wanted = names != null ? names.lastSize() : node.isLink() ? node.target.length : 0;
        int tail = head + wanted <= Superblock.BLOCK ? wanted : 0;
        long at = multiple(end, SLOT);
        if (inBlock(at + head) + tail > Superblock.BLOCK) {
            at = multiple(at, Superblock.BLOCK);
        }
        Spot spot = new Spot(node, at, attributes, tail, names);
        end = at + head + tail;
        spots.put(node, spot);
        order.add(spot);
    }

    private static int inBlock(long at) {
        return (int) (at & Superblock.BLOCK - 1);
    }

    private static long multiple(long at, int of) {
        return (at + of - 1) / of * of;
    }
}
