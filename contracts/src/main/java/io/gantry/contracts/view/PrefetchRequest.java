package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import java.util.List;

/**
 * Body of {@code POST /prefetches}.
 *
 * @param image what nodes shall have before a container of it comes
 * @param nodes their names or ids; {@code null} for all that take containers now
 * @param keep so long they try, and keep its layers however full their disks are; an hour if {@code null}, at most 30 days
 */
public record PrefetchRequest(@Always String image, List<String> nodes, Duration keep) {
    public static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration USUAL = Duration.ofHours(1);
    private static final int MOST_NODES = 1000;

    public PrefetchRequest {
        if (image == null || image.isBlank()) {
            throw new BadField("image", "image is missing", "write for example {\"image\": \"shop/web:1.2\"}");
        }
        if (nodes != null && (nodes.isEmpty() || nodes.size() > MOST_NODES || nodes.stream().anyMatch(each -> each == null || each.isBlank()))) {
            throw new BadField("nodes", "nodes names " + nodes.size() + ", one of them perhaps by nothing", "1 to " + MOST_NODES + " names or ids; leave it out for all nodes");
        }
        nodes = nodes == null ? null : List.copyOf(nodes);
        keep = keep == null ? USUAL : keep;
        if (keep.isNegative() || keep.isZero() || keep.compareTo(LONGEST) > 0) {
            throw new BadField("keep", "keep is " + keep, "more than nothing, and at most " + LONGEST.toDays() + " days; write for example PT8H");
        }
    }

    /** @throws BadField if that is no name for an image */
    public ImageRef reference() {
        try {
            return ImageRef.parse(image);
        } catch (IllegalArgumentException e) {
            throw new BadField("image", "image is '" + image + "': " + e.getMessage(), "write for example shop/web:1.2");
        }
    }
}
