package io.gantry.image.build.step;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.image.layer.core.FileTree;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a RUN changed, without what was only mounted for it, the places that were made for that, and folders above that are as they were. */
final class StepChanges {
    private static final String WHITEOUT = ".wh.";
    private final FileTree below;
    private final List<String> hidden;
    private final UnaryOperator<TarEntry> times;

    /**
     * @param below the files that the layer goes on
     * @param hidden paths that are none of it, with all below
     * @param times gives each entry the time that it has in the layer
     */
    StepChanges(FileTree below, List<String> hidden, UnaryOperator<TarEntry> times) {
        this.times = times;
        this.below = below;
        this.hidden = List.copyOf(hidden);
    }

    /** @param scratch a file of the caller's */
    void filter(InputStream changes, Path scratch, OutputStream out) throws IOException {
        Files.deleteIfExists(scratch);
        Files.copy(changes, scratch);
        Set<String> kept = new HashSet<>();
        each(scratch, (entry, _) -> {
            String path = FileTree.clean(entry.name());
            if (!isHidden(path) && !leadsToHidden(path)) {
                keep(path, kept);
            }
        });
        each(scratch, (entry, _) -> {
            String path = FileTree.clean(entry.name());
            if (!isHidden(path) && leadsToHidden(path) && hasChanged(path, entry)) {
                keep(path, kept);
            }
        });
        try (TarWriter writer = new TarWriter(out)) {
            each(scratch, (entry, content) -> {
                if (kept.contains(FileTree.clean(entry.name()))) {
                    if (entry.kind() == Kind.HARD_LINK && isHidden(FileTree.clean(entry.linkName()))) {
                        throw new BuildFailure("/" + entry.name() + " is a hard link to /" + entry.linkName() + ", which is only mounted", "copy the file in place of linking it");
                    }
                    writer.add(times.apply(entry), content);
                }
            });
        }
    }

    /** It, and the folders above. */
    private static void keep(String path, Set<String> kept) {
        for (int end = path.length(); end > 0 && kept.add(path.substring(0, end)); end = path.lastIndexOf('/', end - 1)) {
            // the rest is above
        }
    }

    private boolean isHidden(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String meant = name.startsWith(WHITEOUT) && !name.startsWith(WHITEOUT + WHITEOUT)
                ? path.substring(0, path.length() - name.length()) + name.substring(WHITEOUT.length())
                : path;
        return hidden.stream().anyMatch(place -> meant.equals(place) || meant.startsWith(place + "/"));
    }

    private boolean leadsToHidden(String path) {
        return hidden.stream().anyMatch(place -> place.startsWith(path + "/"));
    }

    /** A folder that wasn't there was made for a mount; one that was may have got another owner or mode. */
    private boolean hasChanged(String path, TarEntry entry) {
        return entry.kind() != Kind.FOLDER
                || below.get(path).filter(node -> {
                    TarEntry was = node.entry();
                    return was.kind() != Kind.FOLDER || was.mode() != entry.mode() || was.uid() != entry.uid() || was.gid() != entry.gid();
                }).isPresent();
    }

    private interface Visitor {
        void see(TarEntry entry, InputStream content) throws IOException;
    }

    private static void each(Path tar, Visitor visitor) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 16)) {
            TarReader reader = new TarReader(in);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                visitor.see(next.get(), reader.content());
            }
        }
    }
}
