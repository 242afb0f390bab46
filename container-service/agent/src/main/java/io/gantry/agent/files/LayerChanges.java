package io.gantry.agent.files;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_NOFOLLOW;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;

import io.gantry.agent.image.UpperLayer;
import io.gantry.contracts.view.PathChange;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a container has changed of its image, read off its writable layer: overlayfs keeps there what is new, and marks what is gone. */
public final class LayerChanges {
    private LayerChanges() {}

    /**
     * @param upper the writable layer
     * @param image what is below it
     * @return sorted by path, folders that were only entered for a change in them included
     */
    public static List<PathChange> of(SystemCalls calls, Fd upper, Fd image) throws IOException {
        List<PathChange> changes = new ArrayList<>();
        TreeReader.walk(upper, new TreeReader.Visitor() {
            @Override
            public void entry(TreeReader.Entry entry, InputStream content) throws IOException {
                if (entry.path().isEmpty() || UpperLayer.isPlace(entry)) {
                    return;
                }
                boolean below = isThere(calls, image, entry.path());
                if (UpperLayer.isWhiteout(entry)) {
                    changes.add(new PathChange(PathChange.Kind.DELETED, "/" + entry.path()));
                    return;
                }
                changes.add(new PathChange(below ? PathChange.Kind.CHANGED : PathChange.Kind.ADDED, "/" + entry.path()));
                if (below && UpperLayer.isOpaque(entry)) {
                    hidden(calls, upper, image, entry.path()).forEach(name -> changes.add(new PathChange(PathChange.Kind.DELETED, "/" + entry.path() + "/" + name)));
                }
            }
        });
        changes.sort(java.util.Comparator.comparing(PathChange::path));
        return changes;
    }

    private static boolean isThere(SystemCalls calls, Fd root, String path) {
        try (Fd found = calls.openInRoot(root, path, O_PATH | O_NOFOLLOW)) {
            return found.number() >= 0;
        } catch (SyscallFailure e) {
            return false;
        }
    }

    /** In a folder that was removed and made anew: what the image has there and the container hasn't. */
    private static Set<String> hidden(SystemCalls calls, Fd upper, Fd image, String path) throws IOException {
        Set<String> names = names(calls, image, path);
        names.removeAll(names(calls, upper, path));
        return names;
    }

    private static Set<String> names(SystemCalls calls, Fd root, String path) throws IOException {
        Set<String> names = new HashSet<>();
        try (Fd folder = calls.openInRoot(root, path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
                DirectoryStream<Path> children = Files.newDirectoryStream(Path.of(folder.path()))) {
            children.forEach(child -> names.add(child.getFileName().toString()));
        } catch (SyscallFailure e) {
            return names; // no folder
        }
        return names;
    }
}
