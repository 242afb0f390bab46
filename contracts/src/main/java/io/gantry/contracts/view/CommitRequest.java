package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;
import java.util.Objects;

/**
 * Body of {@code POST /containers/{ref}/commit}.
 *
 * @param tags what the image shall be called; without one it is known by its id
 * @param changes instructions of a Dockerfile that change how the image runs: {@code CMD ["serve"]}, {@code ENV A=b}
 * @param comment why, for people; may be {@code null}
 * @param author who; may be {@code null}
 */
public record CommitRequest(@Always List<ImageRef> tags, List<String> changes, String comment, String author) {
    public CommitRequest {
        tags = tags == null ? List.of() : tags;
        for (ImageRef tag : tags) {
            if (tag == null || tag.digest().isPresent()) {
                throw new BadField("tags", "a tag has no digest: that is only known afterwards; got '" + tag + "'");
            }
        }
        tags = List.copyOf(tags);
        changes = changes == null ? List.of() : changes;
        if (changes.stream().anyMatch(Objects::isNull)) {
            throw new BadField("changes", "changes has null among its instructions", "write each as in a Dockerfile: \"ENV A=b\"");
        }
        changes = List.copyOf(changes);
    }
}
