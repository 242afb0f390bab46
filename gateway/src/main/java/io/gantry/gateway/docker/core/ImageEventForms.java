package io.gantry.gateway.docker.core;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Facts about images as Docker's events, which know an image by its id: it is learnt from those facts that have it. */
final class ImageEventForms {
    private static final String NAME = "name";
    private final Map<Digest, Digest> ids;

    /** @param ids of those that are there, by manifest */
    ImageEventForms(Map<Digest, Digest> ids) {
        this.ids = new HashMap<>(ids);
    }

    /** A manifest that is stored is told when it is tagged. */
    List<DockerEvent> of(ImageEvent event, Instant at) {
        return switch (event) {
            case ImageEvent.Stored e -> {
                ids.put(e.image().manifest(), e.image().id());
                yield List.of();
            }
            case ImageEvent.Tagged e -> {
                ids.put(e.image().manifest(), e.image().id());
                Map<String, String> attributes = new HashMap<>(e.image().config().labels());
                attributes.put(NAME, e.reference().toString());
                yield List.of(new DockerEvent(DockerEvent.IMAGE, "tag", e.image().id().value(), attributes, at));
            }
            case ImageEvent.Untagged e -> List.of(form("untag", id(e.manifest()), e.reference().toString(), at));
            case ImageEvent.Deleted e -> {
                String id = id(e.manifest());
                ids.remove(e.manifest());
                yield List.of(form("delete", id, id, at));
            }
            // Docker knows no rules for images
            case ImageEvent.Judged _ -> List.of();
            // by its name, not by its id, as Docker does
            case ImageEvent.Pulled e -> List.of(form("pull", e.reference().toString(), e.reference().repository(), at));
            case ImageEvent.Pushed e -> List.of(form("push", e.reference().toString(), e.reference().repository(), at));
            // by its id alone
            case ImageEvent.Loaded e -> List.of(byId("load", e.manifest(), at));
            case ImageEvent.Saved e -> List.of(byId("save", e.manifest(), at));
            case ImageEvent.Imported e -> List.of(byId("import", e.manifest(), at));
        };
    }

    private DockerEvent byId(String action, Digest manifest, Instant at) {
        String id = id(manifest);
        return form(action, id, id, at);
    }

    private static DockerEvent form(String action, String id, String name, Instant at) {
        return new DockerEvent(DockerEvent.IMAGE, action, id, Map.of(NAME, name), at);
    }

    private String id(Digest manifest) {
        return ids.getOrDefault(manifest, manifest).value();
    }
}
