package io.gantry.agent.image.erofs;

import io.gantry.agent.image.LayerTree;
import io.gantry.kernel.files.FileFailure;
import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.files.TreeWriter.Meta;
import io.gantry.kernel.syscall.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * A layer's tree in memory, but for what is in its files, which goes to the image as it comes. Does what {@link TreeWriter} does in a folder, and fails as that
 * does. What is made without having a time gets the first of 1970: the same tar is the same image on every host.
 */
final class ImageTree implements LayerTree {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 4095;
    private static final int MOST_LINKS = 40;
    private static final int SETGID = 02000;
    private static final int LARGEST_MAJOR = 0xfff;
    private static final int LARGEST_MINOR = 0xfffff;

    private final ImageNode root = ImageNode.folder(null);
    private final ImageNode gone = ImageNode.of(ImageNode.CHARACTER_DEVICE);
    private final ImageData data;
    private final TreeHeap heap;

    /** @param data where contents go */
    ImageTree(ImageData data, TreeHeap heap) {
        this.data = data;
        this.heap = heap;
    }

    private record Place(ImageNode folder, String name) {
        ImageNode now() {
            return folder.children.get(name);
        }
    }

    /** With how many names each file has. */
    ImageNode counted() {
        Deque<ImageNode> todo = new ArrayDeque<>();
        todo.add(root);
        while (!todo.isEmpty()) {
            ImageNode folder = todo.removeLast();
            folder.links += 2;
            for (ImageNode child : folder.children.values()) {
                if (child.isFolder()) {
                    folder.links++;
                    todo.add(child);
                } else {
                    child.links++;
                }
            }
        }
        return root;
    }

    @Override
    public Optional<Kind> kind(String path) throws IOException {
        return Optional.ofNullable(at(path)).map(ImageNode::kind);
    }

    @Override
    public String target(String path) throws IOException {
        return new String(at(path).target, StandardCharsets.UTF_8);
    }

    /** {@code null} if nothing stands there. */
    private ImageNode at(String path) throws IOException {
        String clean = clean(path);
        int slash = clean.lastIndexOf('/');
        ImageNode folder = slash < 0 ? root : find(clean.substring(0, slash));
        return clean.isEmpty() ? root : folder == null ? null : folder.children.get(clean.substring(slash + 1));
    }

    @Override
    public void folder(String path, Meta meta) throws IOException {
        if (clean(path).isEmpty()) {
            root.owned(meta);
            return;
        }
        Place place = place(path);
        ImageNode folder = place.now();
        if (folder == null || !folder.isFolder()) {
            folder = ImageNode.folder(place.folder());
            put(place, path, folder, "mkdir");
        }
        describe(folder, path, meta);
    }

    @Override
    public void file(String path, Meta meta, InputStream content) throws IOException {
        Place place = place(path);
        if (place.name().length() > LONGEST_NAME) {
            throw new FileFailure("create", path, Errno.ENAMETOOLONG);
        }
        ImageNode file = ImageNode.of(ImageNode.FILE);
        put(place, path, file, "create");
        file.block = data.block();
        file.size = data.write(content);
        describe(file, path, meta);
    }

    @Override
    public void link(String path, String target, Meta meta) throws IOException {
        Place place = place(path);
        ImageNode link = ImageNode.of(ImageNode.LINK);
        link.target = target.getBytes(StandardCharsets.UTF_8);
        link.size = link.target.length;
        if (target.isEmpty() || link.target.length > LONGEST_PATH || target.indexOf('\0') >= 0) {
            throw new FileFailure("symlink", path, target.isEmpty() ? Errno.ENOENT : link.target.length > LONGEST_PATH ? Errno.ENAMETOOLONG : Errno.EINVAL);
        }
        heap.take(link.target.length);
        put(place, path, link, "symlink");
        describe(link, path, meta);
    }

    @Override
    public void hardLink(String path, String target) throws IOException {
        Place to = place(path);
        Place from = place(target);
        clear(to, path);
        ImageNode node = from.now();
        if (node == null || node.isFolder()) {
            throw new FileFailure("link", path + " to " + target, node == null ? Errno.ENOENT : Errno.EPERM);
        }
        put(to, path, node, "link");
    }

    @Override
    public void node(String path, int type, int major, int minor, Meta meta) throws IOException {
        Place place = place(path);
        if (major < 0 || major > LARGEST_MAJOR || minor < 0 || minor > LARGEST_MINOR) {
            throw new FileFailure("mknod", path + " " + Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor), Errno.EINVAL);
        }
        ImageNode node = ImageNode.of(type);
        node.device = minor & 0xff | major << 8 | (minor & ~0xff) << 12;
        put(place, path, node, "mknod");
        describe(node, path, meta);
    }

    @Override
    public void whiteout(String path) throws IOException {
        put(place(path), path, gone, "mknod");
    }

    @Override
    public void opaque(String path) throws IOException {
        String clean = clean(path);
        ImageNode folder = clean.isEmpty() ? root : resolve(clean);
        heap.take(Attributes.OPAQUE.length());
        Attributes.set(folder, Attributes.OPAQUE, new byte[] {'y'}, path);
    }

    @Override
    public void time(String path, Meta meta) throws IOException {
        if (clean(path).isEmpty()) {
            return;
        }
        ImageNode node = place(path).now();
        if (node == null) {
            throw new FileFailure("utimens", path, Errno.ENOENT);
        }
        node.timed(meta);
    }

    private void describe(ImageNode node, String path, Meta meta) throws IOException {
        node.owned(meta);
        node.timed(meta);
        for (var attribute : meta.xattrs().entrySet()) {
            heap.take(attribute.getKey().length() + attribute.getValue().length);
            Attributes.set(node, attribute.getKey(), attribute.getValue(), path);
        }
    }

    private void put(Place place, String path, ImageNode node, String call) throws IOException {
        clear(place, path);
        if (place.name().indexOf('\0') >= 0) {
            throw new FileFailure(call, path, Errno.EINVAL);
        }
        heap.node(path.length());
        place.folder().children.put(place.name(), node);
    }

    /** Only an empty folder is replaced: a layer that puts a file where it has put files is broken. */
    private static void clear(Place place, String path) throws FileFailure {
        if (place.name().length() > LONGEST_NAME) {
            throw new FileFailure("replace", path, Errno.ENAMETOOLONG);
        }
        ImageNode old = place.now();
        if (old != null && old.isFolder() && !old.children.isEmpty()) {
            throw new FileFailure("replace", path, Errno.ENOTEMPTY);
        }
        place.folder().children.remove(place.name());
    }

    private Place place(String path) throws IOException {
        String clean = clean(path);
        if (clean.isEmpty()) {
            throw new IOException("'" + path + "' names the root itself");
        }
        return placeOf(clean);
    }

    private Place placeOf(String clean) throws IOException {
        int slash = clean.lastIndexOf('/');
        return slash < 0 ? new Place(root, clean) : new Place(resolve(clean.substring(0, slash)), clean.substring(slash + 1));
    }

    /** The folder at {@code clean}, made with its parents if it isn't there. */
    private ImageNode resolve(String clean) throws IOException {
        ImageNode folder = find(clean);
        if (folder != null) {
            return folder;
        }
        Place place = placeOf(clean);
        if (place.name().length() > LONGEST_NAME) {
            throw new FileFailure("mkdir", text(clean), Errno.ENAMETOOLONG);
        }
        if (place.now() == null) {
            put(place, clean, unnamed(place.folder()), "mkdir");
        }
        ImageNode made = find(clean);
        if (made == null) {
            throw new FileFailure("open", text(clean), Errno.ENOENT);
        }
        return made;
    }

    /** A group that a folder passes on (its setgid bit) goes to what mkdir(2) makes in it. */
    private static ImageNode unnamed(ImageNode parent) {
        ImageNode folder = ImageNode.folder(parent);
        if ((parent.mode & SETGID) != 0) {
            folder.mode |= SETGID;
            folder.group = parent.group;
        }
        return folder;
    }

    /** As openat2(2) finds a folder with RESOLVE_IN_ROOT: no link, absolute or not, leads out. {@code null} where something isn't there. */
    private ImageNode find(String clean) throws FileFailure {
        if (clean.length() > LONGEST_PATH) {
            throw new FileFailure("open", text(clean), Errno.ENAMETOOLONG);
        }
        Deque<String> todo = new ArrayDeque<>(Arrays.asList(clean.split("/")));
        ImageNode at = root;
        int followed = 0;
        while (!todo.isEmpty()) {
            String part = todo.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.length() > LONGEST_NAME) {
                throw new FileFailure("open", text(clean), Errno.ENAMETOOLONG);
            }
            ImageNode next = part.equals("..") ? at.parent : at.children.get(part);
            if (next == null) {
                return null;
            }
            if (next.isLink()) {
                if (++followed > MOST_LINKS) {
                    throw new FileFailure("open", text(clean), Errno.ELOOP);
                }
                String target = new String(next.target, StandardCharsets.ISO_8859_1);
                at = target.startsWith("/") ? root : at;
                Arrays.asList(target.split("/")).reversed().forEach(todo::addFirst);
            } else if (next.isFolder()) {
                at = next;
            } else {
                throw new FileFailure("open", text(clean), Errno.ENOTDIR);
            }
        }
        return at;
    }

    /** Names are bytes here, each a character. */
    private static String clean(String path) throws IOException {
        return new String(TreeWriter.clean(path).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String text(String clean) {
        return new String(clean.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
