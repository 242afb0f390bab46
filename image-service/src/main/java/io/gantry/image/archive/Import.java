package io.gantry.image.archive;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.Changes;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.step.ImageAssembly;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.layer.tar.TarStreams;
import io.gantry.image.reference.store.ImageNews;
import io.gantry.image.reference.store.Scoped;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes an image of one layer of a file system that somebody sends. Waits; not for event loops. */
@Singleton
public class Import {
    /**
     * What shall become of it.
     *
     * @param tag may be absent
     * @param changes instructions, see {@link Changes}
     * @param message for people; may be {@code null}
     * @param scope within which it is made
     */
    public record Wanted(Optional<ImageRef> tag, List<String> changes, String message, Optional<Scope> scope) {}

    private final LayerStore layers;
    private final ImageAssembly assembly;
    private final ImageNews news;
    private final Scoped scoped;
    private final World world;
    private final Bytes most;

    @Inject
    Import(LayerStore layers, ImageAssembly assembly, ImageNews news, Scoped scoped, World world, ImageSettings settings) {
        this.layers = layers;
        this.assembly = assembly;
        this.news = news;
        this.scoped = scoped;
        this.world = world;
        this.most = Bytes.parse(settings.archiveLimit());
    }

    public ImageAssembly.Stored of(InputStream tar, Wanted wanted) throws IOException {
        ImageDraft nothing = ImageDraft.on(Json.mapper().createObjectNode().put("architecture", "amd64").put("os", "linux"), List.of());
        ImageDraft changed = marked(Changes.apply(nothing, wanted.changes()), wanted.scope());
        scoped.checkNames(wanted.scope(), wanted.tag().stream().toList());
        ResolvedImage.Layer layer = layers.ofCheckedTar(new BoundedStream(TarStreams.recognise(tar), "the archive", most));
        String message = wanted.message() == null ? "imported" : wanted.message();
        ImageDraft draft = changed.withLayer(layer, message, world.now().truncatedTo(ChronoUnit.MILLIS));
        ImageAssembly.Stored stored = assembly.store(draft, wanted.tag().stream().toList());
        ImageRef name = wanted.tag().orElse(new ImageRef(ImageAssembly.UNTAGGED, Optional.empty(), Optional.of(stored.manifest())));
        news.tell(new ImageEvent.Imported(name, stored.manifest()));
        return stored;
    }

    private static ImageDraft marked(ImageDraft draft, Optional<Scope> scope) {
        return scope.map(one -> draft.withLabels(one.markOfImage())).orElse(draft);
    }
}
