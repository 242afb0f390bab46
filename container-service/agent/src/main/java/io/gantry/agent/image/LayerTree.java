package io.gantry.agent.image;

import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What a layer's tar is unpacked to. Paths are somebody else's: a parent that is a link is followed as if the tree were the root, a name is never followed, a
 * parent that isn't there is made, a path with ".." is refused. What stands where a new thing shall be is replaced, but for a folder with something in it.
 * All fails with {@link io.gantry.kernel.files.FileFailure}, with the error number that the kernel has for it.
 */
public interface LayerTree {
    /** What stands at a path, a link for itself. Empty if nothing does, whatever the layers below have there. */
    Optional<Kind> kind(String path) throws IOException;

    /** Where the link at a path leads, as it says itself. */
    String target(String path) throws IOException;

    /** A folder that is there keeps what is in it and gets the new attributes. */
    void folder(String path, Meta meta) throws IOException;

    void file(String path, Meta meta, InputStream content) throws IOException;

    void link(String path, String target, Meta meta) throws IOException;

    /** {@code target} is a path in this tree; a link in its parents is resolved in the tree, the target itself isn't followed. */
    void hardLink(String path, String target) throws IOException;

    /** @param type {@code S_IFCHR}, {@code S_IFBLK} or {@code S_IFIFO} */
    void node(String path, int type, int major, int minor, Meta meta) throws IOException;

    /** overlayfs' mark that the name is gone from the layers below: a 0/0 character device. */
    void whiteout(String path) throws IOException;

    /** overlayfs' mark that nothing of the layers below shows in this folder. */
    void opaque(String path) throws IOException;

    /** Sets a folder's time again: making things in it may have changed it. */
    void time(String path, Meta meta) throws IOException;
}
