package io.gantry.agent.image;

import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.files.TreeReader.Entry;
import io.gantry.kernel.files.TreeReader.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What several layers show, as overlayfs would stack them; for single looks, without a mount. */
final class StackedLayers implements Below {
    private final List<Path> layers;

    /** @param layers the lowest first; nobody changes them any more */
    StackedLayers(List<Path> layers) {
        this.layers = layers.reversed();
    }

    /** What one layer says of a path. */
    private sealed interface Say {
        record Here(Found found) implements Say {}

        /** Neither here nor in any layer below. */
        record Gone() implements Say {}

        /** Not here. */
        record Nothing() implements Say {}
    }

    @Override
    public Optional<Found> at(String path) throws IOException {
        for (Path layer : layers) {
            switch (ask(layer, path)) {
                case Say.Here(var found) -> {
                    return Optional.of(found);
                }
                case Say.Gone _ -> {
                    return Optional.empty();
                }
                case Say.Nothing _ -> {}
            }
        }
        return Optional.empty();
    }

    private static Say ask(Path layer, String path) throws IOException {
        boolean opaque = UpperLayer.isOpaque(TreeReader.look(layer).orElseThrow());
        Path at = layer;
        String[] parts = path.split("/");
        for (int i = 0; i < parts.length; i++) {
            at = at.resolve(parts[i]);
            Optional<Entry> here = TreeReader.look(at);
            if (here.isEmpty()) {
                return opaque ? new Say.Gone() : new Say.Nothing();
            }
            if (i == parts.length - 1) {
                return UpperLayer.isWhiteout(here.get()) ? new Say.Gone() : new Say.Here(new Found(here.get(), at));
            }
            if (here.get().kind() != Kind.FOLDER) {
                return new Say.Gone();
            }
            opaque |= UpperLayer.isOpaque(here.get());
        }
        throw new IllegalArgumentException("the root is in every layer");
    }
}
