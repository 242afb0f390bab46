package io.gantry.gateway.scope;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.known.KnownContainers;
import io.gantry.gateway.known.LiveContainers;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is the caller's. To one with a scope everything else isn't there: a name or the beginning of an id is looked up among their own alone, so that
 * neither an answer nor a refusal tells of others'.
 */
@Singleton
public class Belongings {
    private final PartClient parts;
    private final LiveContainers live;

    @Inject
    Belongings(PartClient parts, LiveContainers live) {
        this.parts = parts;
        this.live = live;
    }

    /** Whether or not they run; the newest first. */
    public Future<List<ContainerView>> containers(Caller caller) {
        return live.now().map(KnownContainers::views).map(all -> caller.own(all, one -> one.spec().labels()));
    }

    /** The same, with what was made of them before. */
    public Future<List<KnownContainer>> knownContainers(Caller caller) {
        return live.now().map(KnownContainers::all).map(all -> caller.own(all, one -> one.view().spec().labels()));
    }

    /** @param ref a name, an id, or the beginning of one; fails with NOT_FOUND */
    public Future<ContainerView> container(Caller caller, String ref) {
        return containers(caller).map(all -> choose("container", ref, all, one -> one.name().equals(ref), one -> one.id().value()));
    }

    public Future<List<NetworkView>> networks(Caller caller) {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class).map(all -> caller.own(all, NetworkView::labels));
    }

    /** @param ref as for a container; fails with NOT_FOUND */
    public Future<NetworkView> network(Caller caller, String ref) {
        return networks(caller).map(all -> choose("network", ref, all, one -> one.name().equals(ref), one -> one.id().value()));
    }

    /** The network that everybody's containers are on who name none. */
    public Future<NetworkView> defaultNetwork() {
        return network(Caller.ofEverything("gateway"), ContainerSpec.DEFAULT_NETWORK);
    }

    /** Those that nobody has named belong to whose containers have them. */
    public Future<List<VolumeView>> volumes(Caller caller) {
        Future<List<VolumeView>> volumes = parts.list(Part.CONTAINER, "/volumes", VolumeView.class);
        if (!caller.scoped()) {
            return volumes;
        }
        return Future.join(volumes, containers(caller)).map(known -> {
            Set<String> users = known.<List<ContainerView>>resultAt(1).stream().map(ContainerView::name).collect(Collectors.toSet());
            return volumes.result().stream()
                    .filter(one -> caller.owns(one.labels()) || one.anonymous() && one.usedBy().stream().anyMatch(users::contains))
                    .toList();
        });
    }

    /** @param ref a name or an id; fails with NOT_FOUND */
    public Future<VolumeView> volume(Caller caller, String ref) {
        return volumes(caller).map(all -> all.stream()
                .filter(one -> one.name().equals(ref) || one.id().value().equals(ref))
                .findFirst()
                .orElseThrow(() -> none("volume", ref)));
    }

    public Future<List<ImageView>> images(Caller caller) {
        return parts.list(Part.IMAGE, "/images", ImageView.class).map(all -> caller.own(all, Belongings::labels));
    }

    /** One that the caller may make containers of; fails with IMAGE_NOT_FOUND. */
    public Future<ImageView> usableImage(Caller caller, String name) {
        return image(name, image -> caller.mayUse(labels(image)));
    }

    /** One that the caller may change; fails with IMAGE_NOT_FOUND, and with FORBIDDEN for one that they may only use. */
    public Future<ImageView> ownImage(Caller caller, String name) {
        return usableImage(caller, name).map(image -> {
            if (!caller.owns(labels(image))) {
                throw new Refused(ProblemType.FORBIDDEN, "the image " + name + " was not made within the scope " + caller.scope().orElseThrow(), "it can be used, but neither tagged, pushed nor removed");
            }
            return image;
        });
    }

    private Future<ImageView> image(String name, Predicate<ImageView> visible) {
        return parts.list(Part.IMAGE, "/images", ImageView.class)
                .map(all -> ImageNames.find(all.stream().filter(visible).toList(), name)
                        .orElseThrow(() -> new Refused(ProblemType.IMAGE_NOT_FOUND, "there is no image " + name, "an image that is built or pushed first can be used")));
    }

    /** Whether a name for an image is free, or the caller's already; fails with NAME_IN_USE. Another may take it in between, as it goes with names of images. */
    public Future<Void> imageName(Caller caller, ImageRef tag) {
        if (!caller.scoped()) {
            return Future.succeededFuture();
        }
        return parts.list(Part.IMAGE, "/images", ImageView.class).map(all -> {
            all.stream().filter(one -> one.tags().stream().anyMatch(name -> name.tagged().equals(tag.tagged()))).filter(one -> !caller.owns(labels(one))).findFirst().ifPresent(_ -> {
                throw new Refused(ProblemType.NAME_IN_USE, "the name " + tag + " stands for an image that was not made within the scope " + caller.scope().orElseThrow(), "choose another name");
            });
            return null;
        });
    }

    public static Map<String, String> labels(ImageView image) {
        return image.image().config().labels();
    }

    private static <T> T choose(String kind, String ref, List<T> all, Predicate<T> named, Function<T, String> id) {
        List<T> found = all.stream().filter(named).toList();
        if (found.isEmpty() && !ref.isEmpty()) {
            found = all.stream().filter(one -> id.apply(one).startsWith(ref)).toList();
        }
        if (found.size() > 1) {
            throw new Refused(ProblemType.AMBIGUOUS, "several " + kind + "s have an id that begins with '" + ref + "'", "write more of it");
        }
        if (found.isEmpty()) {
            throw none(kind, ref);
        }
        return found.getFirst();
    }

    private static Refused none(String kind, String ref) {
        return new Refused(ProblemType.NOT_FOUND, "there is no " + kind + " '" + ref + "'", null);
    }
}
