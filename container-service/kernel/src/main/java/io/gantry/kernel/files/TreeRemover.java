package io.gantry.kernel.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.UUID;

/**
 * Removes trees of files that we don't trust. Every folder is opened by its parent's descriptor (openat(2)) and every name taken away by its
 * folder's (unlinkat(2)): no link is followed, and no path grows too long to be said, however deep the folders go. What lies deeper than
 * {@link #DEEPEST} is moved up to the top first, so that no more descriptors than for those are open.
 */
public final class TreeRemover {
    private static final int DEEPEST = 32;

    private final SecureDirectoryStream<Path> top;
    private boolean moved;

    private TreeRemover(SecureDirectoryStream<Path> top) {
        this.top = top;
    }

    /** All of it, a link as a link; nothing if there is nothing. */
    public static void remove(Path root) throws IOException {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(root);
            return;
        }
        Path full = root.toAbsolutePath();
        try (SecureDirectoryStream<Path> parent = secure(Files.newDirectoryStream(full.getParent()))) {
            empty(parent, full.getFileName());
            parent.deleteDirectory(full.getFileName());
        } catch (NoSuchFileException e) {
            // somebody else was quicker
            return;
        }
    }

    /** All that is in it; nothing if there is no such folder. */
    public static void empty(Path root) throws IOException {
        if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            Path full = root.toAbsolutePath();
            try (SecureDirectoryStream<Path> parent = secure(Files.newDirectoryStream(full.getParent()))) {
                empty(parent, full.getFileName());
            }
        }
    }

    private static void empty(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        boolean again = true;
        while (again) {
            try (SecureDirectoryStream<Path> top = open(parent, name)) {
                TreeRemover round = new TreeRemover(top);
                round.below(top, 1);
                again = round.moved;
            }
        }
    }

    private void below(SecureDirectoryStream<Path> folder, int depth) throws IOException {
        for (Path child : folder) {
            Path name = child.getFileName();
            try {
                if (!isFolder(folder, name)) {
                    folder.deleteFile(name);
                } else if (depth == DEEPEST) {
                    folder.move(name, top, Path.of(".gone-" + UUID.randomUUID()));
                    moved = true;
                } else {
                    try (SecureDirectoryStream<Path> opened = open(folder, name)) {
                        below(opened, depth + 1);
                    }
                    folder.deleteDirectory(name);
                }
            } catch (NoSuchFileException e) {
                // gone by itself
                continue;
            }
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).readAttributes().isDirectory();
    }

    private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> opened) throws IOException {
        if (opened instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        opened.close();
        throw new IOException("this JVM can't work relative to an open folder");
    }
}
