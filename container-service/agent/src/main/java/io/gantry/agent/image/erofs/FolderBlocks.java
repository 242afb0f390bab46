package io.gantry.agent.image.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * A folder's names (struct erofs_dirent), "." and ".." among them, sorted by their bytes and cut in blocks: in each, entries of 12 bytes with where their
 * names begin, then the names without anything between.
 *
 * @param blocks the names in each
 * @param lastSize bytes of the last
 */
record FolderBlocks(ImageNode folder, List<List<String>> blocks, int lastSize) {
    private static final int ENTRY = 12;

    static FolderBlocks of(ImageNode folder) {
        TreeSet<String> names = new TreeSet<>(folder.children.keySet());
        names.addAll(List.of(".", ".."));
        List<List<String>> blocks = new ArrayList<>();
        List<String> block = new ArrayList<>();
        int used = 0;
        for (String name : names) {
            if (used + ENTRY + name.length() > Superblock.BLOCK) {
                blocks.add(block);
                block = new ArrayList<>();
                used = 0;
            }
            block.add(name);
            used += ENTRY + name.length();
        }
        blocks.add(block);
        return new FolderBlocks(folder, blocks, used);
    }

    /** In bytes, as stat(2) tells it. */
    long size() {
        return (long) (blocks.size() - 1) * Superblock.BLOCK + lastSize;
    }

    /** @param numbers of inodes */
    byte[] encode(int block, ToLongFunction<ImageNode> numbers) {
        List<String> names = blocks.get(block);
        ByteBuffer out = ByteBuffer.allocate(block == blocks.size() - 1 ? lastSize : Superblock.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        int at = ENTRY * names.size();
        for (String name : names) {
            ImageNode node = switch (name) {
                case "." -> folder;
                case ".." -> folder.parent;
                default -> folder.children.get(name);
            };
            out.putLong(numbers.applyAsLong(node)).putShort((short) at).put(type(node)).put((byte) 0);
            at += name.length();
        }
        names.forEach(name -> out.put(name.getBytes(StandardCharsets.ISO_8859_1)));
        return out.array();
    }

    /** linux/fs_types.h. */
    private static byte type(ImageNode node) {
        return switch (node.type) {
            case ImageNode.FILE -> 1;
            case ImageNode.FOLDER -> 2;
            case ImageNode.CHARACTER_DEVICE -> 3;
            case ImageNode.BLOCK_DEVICE -> 4;
            case ImageNode.FIFO -> 5;
            case ImageNode.LINK -> 7;
            default -> throw new IllegalStateException("no file of type " + node.type);
        };
    }
}
