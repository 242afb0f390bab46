package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What {@code docker rmi} does to an image, in Docker's order: a name is taken away; the image goes with its last one. It stays while a container is
 * of it: one that runs keeps it in any case, one that doesn't as long as nobody forces it. An id stands for the image with its name; one
 * with several names must be forced.
 *
 * @param untagged names that go
 * @param deleted whether the image itself goes
 */
public record ImageRemoval(ImageView image, List<ImageRef> untagged, boolean deleted) {
    private static final int SHORT = 12;

    /**
     * @param name as the client wrote it
     * @param containers all that there are
     * @throws DockerRefusal if it can't be removed
     */
    public static ImageRemoval plan(String name, ImageView image, List<ContainerView> containers, boolean force) {
        Optional<ImageRef> tag = tag(name, image);
        List<ContainerView> users = containers.stream().filter(one -> image.image().id().equals(one.imageId())).toList();
        return tag.isPresent() ? byName(name, tag.get(), image, users, force) : byId(image, users, force);
    }

    /** All that is left of an image that nobody uses. */
    public static ImageRemoval whole(ImageView image) {
        return new ImageRemoval(image, image.tags(), true);
    }

    private static ImageRemoval byName(String name, ImageRef tag, ImageView image, List<ContainerView> users, boolean force) {
        if (image.tags().size() > 1) {
            return new ImageRemoval(image, List.of(tag), false);
        }
        if (!users.isEmpty() && !force) {
            throw new DockerRefusal(
                    409,
                    "conflict: unable to remove repository reference \"" + name + "\" (must force) - container "
                            + users.getFirst().id().shortForm() + " is using its referenced image " + shortId(image));
        }
        // what runs keeps the image, without a name
        return new ImageRemoval(image, List.of(tag), users.stream().noneMatch(DockerStates::running));
    }

    private static ImageRemoval byId(ImageView image, List<ContainerView> users, boolean force) {
        user(users, DockerStates::running).ifPresent(one -> {
            throw conflict(image, "cannot be forced", "image is being used by running container " + one.id().shortForm());
        });
        if (!force && image.tags().size() > 1) {
            throw conflict(image, "must be forced", "image is referenced in multiple repositories");
        }
        user(users, one -> !force).ifPresent(one -> {
            throw conflict(image, "must be forced", "image is being used by stopped container " + one.id().shortForm());
        });
        return whole(image);
    }

    private static Optional<ContainerView> user(List<ContainerView> users, Predicate<ContainerView> which) {
        return users.stream().filter(which).findFirst();
    }

    private static DockerRefusal conflict(ImageView image, String force, String why) {
        return new DockerRefusal(409, "conflict: unable to delete " + shortId(image) + " (" + force + ") - " + why);
    }

    /** The tag that {@code name} is; empty for an id or a digest. */
    private static Optional<ImageRef> tag(String name, ImageView image) {
        try {
            ImageRef reference = ImageNames.reference(name);
            return image.tags().stream().filter(tag -> reference.digest().isEmpty() && tag.tagged().equals(reference.tagged())).findFirst();
        } catch (DockerRefusal anId) {
            return Optional.empty();
        }
    }

    private static String shortId(ImageView image) {
        String hex = image.image().id().value().substring("sha256:".length());
        return hex.substring(0, SHORT);
    }

    /** What is told of several: {@code [{"Untagged": …}, {"Deleted": …}]}. */
    public static ArrayNode told(List<ImageRemoval> done) {
        ArrayNode json = Json.mapper().createArrayNode();
        done.forEach(one -> one.told().forEach(json::add));
        return json;
    }

    private ArrayNode told() {
        ArrayNode json = Json.mapper().createArrayNode();
        List<ImageRef> left = new ArrayList<>(image.tags());
        for (ImageRef tag : untagged) {
            json.addObject().put("Untagged", tag.toString());
            left.remove(tag);
            if (left.stream().noneMatch(other -> other.repository().equals(tag.repository()))) {
                image.digests().stream()
                        .filter(digest -> digest.repository().equals(tag.repository()))
                        .forEach(digest -> json.addObject().put("Untagged", digest.toString()));
            }
        }
        if (deleted) {
            json.addObject().put("Deleted", image.image().id().value());
        }
        return json;
    }
}
