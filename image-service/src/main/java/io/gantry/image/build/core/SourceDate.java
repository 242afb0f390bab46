package io.gantry.image.build.core;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Node;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The moment that stands for the present in a build that shall give the same image on another day: the argument SOURCE_DATE_EPOCH, in seconds since 1970, as
 * reproducible-builds.org has it. No file of a layer that the build makes is younger; those of the context are all of that moment, since a fresh checkout has
 * times of its own.
 */
public record SourceDate(Optional<Instant> moment) {
    private static final String ARGUMENT = "SOURCE_DATE_EPOCH";

    public static SourceDate given(Map<String, String> arguments) {
        String given = arguments.get(ARGUMENT);
        if (given == null) {
            return new SourceDate(Optional.empty());
        }
        if (!given.matches("\\d{1,11}")) {
            throw new DockerfileRefusal(new Position(1, 1), ARGUMENT + " is '" + given + "', not seconds since 1970", "give for example 1767225600");
        }
        return new SourceDate(Optional.of(Instant.ofEpochSecond(Long.parseLong(given))));
    }

    public boolean isGiven() {
        return moment.isPresent();
    }

    public TarEntry bounded(TarEntry entry) {
        return moment.filter(entry.modified()::isAfter).map(entry::withModified).orElse(entry);
    }

    /** @param below what is there already; folders of it that only lead to new files keep their time, unless they are younger */
    public SortedMap<String, Node> ofContext(SortedMap<String, Node> files, FileTree below) {
        return changed(files, (path, node) -> below.get(path).filter(node::equals).isPresent() ? bounded(node.entry()) : moment.map(node.entry()::withModified).orElse(node.entry()));
    }

    /** Files of a stage or an image. */
    public SortedMap<String, Node> ofImage(SortedMap<String, Node> files) {
        return changed(files, (_, node) -> bounded(node.entry()));
    }

    private interface Change {
        TarEntry of(String path, Node node);
    }

    private SortedMap<String, Node> changed(SortedMap<String, Node> files, Change change) {
        if (moment.isEmpty()) {
            return files;
        }
        TreeMap<String, Node> changed = new TreeMap<>();
        files.forEach((path, node) -> changed.put(path, new Node(change.of(path, node), node.content())));
        return changed;
    }
}
