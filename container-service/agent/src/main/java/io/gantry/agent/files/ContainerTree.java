package io.gantry.agent.files;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/**
 * A container's files, opened. Paths are the container's: resolved by the kernel with the container's root as the root (openat2(2),
 * {@code RESOLVE_IN_ROOT}), so that no link that stands there or is put there meanwhile leads out; the result is held by descriptor.
 */
public final class ContainerTree implements AutoCloseable {
    /** A volume that isn't mounted, since the container doesn't run. */
    public record Part(String target, Fd folder, boolean writable) {}

    /**
     * @param name in the open {@code folder}: the last part of a path, or {@code .} for the folder itself
     * @param path as it was asked for, without {@code ..}
     * @param real where that is with all links followed, as far as the kernel tells
     */
    record Place(Fd folder, String name, String path, String real) implements AutoCloseable {
        @Override
        public void close() {
            folder.close();
        }
    }

    private static final Pattern KERNELS = Pattern.compile("/(proc|sys|dev(?!/shm(/|$)))/.+", Pattern.DOTALL);

    /** In bytes, {@code NAME_MAX} of limits.h. */
    private static final int LONGEST_NAME = 255;

    private final SystemCalls calls;
    private final Fd root;
    private final boolean writable;
    private final List<Part> parts;
    private final IntUnaryOperator inside;
    private final IntUnaryOperator outside;

    /**
     * @param root owned by this from now on, as the parts' folders
     * @param writable what is not in a part may be written
     * @param inside the container's own number of a user or group that the kernel shows here; {@code outside} is the way back
     */
    public ContainerTree(SystemCalls calls, Fd root, boolean writable, List<Part> parts, IntUnaryOperator inside, IntUnaryOperator outside) {
        this.calls = calls;
        this.root = root;
        this.writable = writable;
        this.parts = parts.stream().sorted(Comparator.comparingInt((Part part) -> part.target().length()).reversed()).toList();
        this.inside = inside;
        this.outside = outside;
    }

    int inside(int owner) {
        return inside.applyAsInt(owner);
    }

    int outside(int owner) {
        return outside.applyAsInt(owner);
    }

    /** @throws FilesRefusal if nothing is there */
    Place find(String path) {
        String clean = clean(path);
        Fd from = root(clean);
        String rest = within(clean);
        int slash = rest.lastIndexOf('/');
        String name = rest.substring(slash + 1);
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw tooLong(clean);
        }
        try {
            Fd folder = calls.openInRoot(from, slash <= 0 ? "." : rest.substring(1, slash), O_PATH | O_DIRECTORY);
            return place(folder, name.isEmpty() ? "." : name, clean);
        } catch (SyscallFailure e) {
            throw refusal(clean, e);
        }
    }

    /** The folder at a path, links followed. */
    Place folder(String path, boolean toWrite) {
        String clean = clean(path);
        if (toWrite && !parts.stream().filter(part -> holds(part, clean)).findFirst().map(Part::writable).orElse(writable)) {
            throw new FilesRefusal(ProblemType.FORBIDDEN, clean + " is read-only in this container", "write to one of its writable volumes");
        }
        String rest = within(clean);
        try {
            Fd folder = calls.openInRoot(root(clean), rest.isEmpty() || rest.equals("/") ? "." : rest.substring(1), O_PATH | O_DIRECTORY);
            return place(folder, ".", clean);
        } catch (SyscallFailure e) {
            throw refusal(clean, e);
        }
    }

    /** @throws FilesRefusal if nothing can be written to the folder at {@code path} */
    public void check(String path) {
        folder(path, true).close();
    }

    TreeReader.Entry look(Place place) throws IOException {
        try {
            return TreeReader.look(place.folder(), place.name());
        } catch (NoSuchFileException e) {
            throw missing(place.path());
        }
    }

    /** Below some folders everything is the kernel's, and is shown to this process as to the host's root. */
    private static Place place(Fd folder, String name, String path) {
        try {
            String real = Files.readSymbolicLink(Path.of(folder.path())).toString();
            String whole = name.equals(".") ? real : (real.equals("/") ? "" : real) + "/" + name;
            checkOwn(whole, path);
            return new Place(folder, name, path, whole);
        } catch (IOException e) {
            folder.close();
            throw new UncheckedIOException(e);
        } catch (FilesRefusal e) {
            folder.close();
            throw e;
        }
    }

    /**
     * @param real with all links followed
     * @param path as it was asked for
     */
    static void checkOwn(String real, String path) {
        if (KERNELS.matcher(real).matches()) {
            throw new FilesRefusal(ProblemType.FORBIDDEN, path + " is the kernel's, no file of the container", "look at it from inside, by exec");
        }
    }

    private Fd root(String path) {
        return parts.stream().filter(part -> holds(part, path)).findFirst().map(Part::folder).orElse(root);
    }

    private String within(String path) {
        return parts.stream().filter(part -> holds(part, path)).findFirst().map(part -> path.substring(part.target().length())).orElse(path);
    }

    private static boolean holds(Part part, String path) {
        return path.equals(part.target()) || path.startsWith(part.target() + "/");
    }

    private static FilesRefusal refusal(String path, SyscallFailure e) {
        return switch (e.errno()) {
            case Errno.ENOENT -> missing(path);
            case Errno.ENOTDIR -> new FilesRefusal(ProblemType.INVALID_FIELD, path + " is no folder, or goes through what is none", null);
            case Errno.ELOOP -> new FilesRefusal(ProblemType.INVALID_FIELD, path + " goes through too many links, or through one of the kernel's", null);
            case Errno.ENAMETOOLONG -> tooLong(path);
            default -> throw e;
        };
    }

    private static FilesRefusal tooLong(String path) {
        return new FilesRefusal(ProblemType.INVALID_FIELD, "a name in a path has at most 255 bytes, and all of it 4095; got " + path, null);
    }

    private static FilesRefusal missing(String path) {
        return new FilesRefusal(ProblemType.NOT_FOUND, "there is no " + path + " in the container", null);
    }

    /** Absolute, without {@code .}, {@code ..} and double slashes; what is above the root is the root. */
    static String clean(String path) {
        List<String> kept = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (!kept.isEmpty()) {
                    kept.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                kept.add(part);
            }
        }
        return "/" + String.join("/", kept);
    }

    Fd root() {
        return root;
    }

    @Override
    public void close() {
        parts.forEach(part -> part.folder().close());
        root.close();
    }
}
