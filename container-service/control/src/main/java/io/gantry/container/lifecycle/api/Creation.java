package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.container.lifecycle.store.Images;
import io.gantry.container.lifecycle.store.Refusals;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.exception.ConstraintViolationException;

/**
 * A container a person asks for: its image is resolved, it is requested, and the answer waits until it has a node and an address, or
 * somebody said why not. Then nothing of it is left.
 */
@Singleton
class Creation {
    private static final Duration IMAGE_PATIENCE = Duration.ofSeconds(2);

    /** What has just come in is judged soon; a large image takes as long as it takes to be read. */
    private static final Duration VERDICT_PATIENCE = Duration.ofSeconds(10);

    private static final Duration PLACEMENT_DEADLINE = Duration.ofSeconds(15);
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    /** The index in V1__containers.sql. */
    private static final String UNIQUE_NAME = "containers_name";

    private final Containers containers;
    private final Images images;
    private final Lending lending;
    private final Borrowing borrowing;
    private final Refusals refusals;
    private final Waiting waiting;
    private final World world;

    @Inject
    Creation(Containers containers, Images images, Lending lending, Borrowing borrowing, Refusals refusals, Waiting waiting, World world) {
        this.containers = containers;
        this.images = images;
        this.lending = lending;
        this.borrowing = borrowing;
        this.refusals = refusals;
        this.waiting = waiting;
        this.world = world;
    }

    /** @param warnings what is to be said of its image, though it was let in */
    record Made(Container container, List<String> warnings) {}

    Uni<Made> create(String project, ContainerRequest request) {
        if (request == null || request.spec() == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "spec is missing", "send {\"spec\": {\"image\": \"shop/web:1.2\"}}");
        }
        checkName(request.name());
        return images.resolve(request.spec().image(), IMAGE_PATIENCE, VERDICT_PATIENCE)
                .map(found -> found.orElseThrow(() -> unknownImage(request.spec())))
                .chain(found -> {
                    List<String> warnings = admitted(found.admission());
                    checkCommand(request.spec(), found.image());
                    return made(project, request, found.image()).map(container -> new Made(container, warnings));
                });
    }

    private Uni<Container> made(String project, ContainerRequest request, ResolvedImage image) {
        return settled(project, request.spec().publishing(image.config()))
                .chain(spec -> request(project, request, spec, image))
                .chain(this::placed)
                .chain(container -> request.start() ? waiting.started(container) : Uni.createFrom().item(container));
    }

    /** @return what is to be said all the same. @throws Refused if nothing is made of the image */
    private static List<String> admitted(ImageAdmission admission) {
        return switch (admission) {
            case ImageAdmission.Admitted(var warnings) -> warnings;
            case ImageAdmission.Refused(var refusal) -> throw new Refused(refusal);
            case ImageAdmission.Unjudged(var refusal) -> throw new Refused(refusal);
        };
    }

    /** With what it has of other containers. */
    private Uni<ContainerSpec> settled(String project, ContainerSpec spec) {
        return lending.settle(project, spec).chain(lent -> borrowing.settle(project, lent));
    }

    static void checkName(String name) {
        if (name != null && !NAME.matcher(name).matches()) {
            throw new Refused(
                    new Refusal(
                            ProblemType.INVALID_FIELD,
                            "'" + name + "' is not a name",
                            "name",
                            "letters, digits and . _ - between them, at most 128"));
        }
    }

    private static void checkCommand(ContainerSpec spec, ResolvedImage image) {
        if (spec.arguments(image.config()).isEmpty()) {
            throw new BadField("spec.command", "neither the spec nor the image says what to run", "write for example \"command\": [\"sleep\", \"60\"]");
        }
    }

    private Uni<Container> request(String project, ContainerRequest request, ContainerSpec spec, ResolvedImage image) {
        ContainerId id = new ContainerId(Ids.hex64(world.random()));
        String name = request.name() == null ? GivenNames.of(id) : request.name();
        ContainerCommand command = new ContainerCommand.Request(
                id, project, name, new Owner.Person(), spec, image,
                request.start() ? Desired.Life.RUNNING : Desired.Life.CREATED, world.now());
        return containers.change(id, command)
                .onFailure(Creation::sameName)
                .transform(_ -> nameInUse(name))
                .map(Containers.Outcome::after);
    }

    private Uni<Container> placed(Container container) {
        return waiting.until(container.id(), c -> c.connected() && c.place() != null || c.state().leaving())
                .ifNoItem()
                .after(PLACEMENT_DEADLINE)
                .recoverWithUni(() -> withdraw(container))
                .chain(c -> c.state().leaving() ? refused(c) : Uni.createFrom().item(c));
    }

    /** Everything a refused container had is cleaned up before the answer. */
    private Uni<Container> refused(Container container) {
        return refusals.why(container)
                .chain(why -> waiting.removed(container)
                        .onFailure(Refused.class)
                        .recoverWithItem(container)
                        .chain(() -> Uni.createFrom().failure(new Refused(why))));
    }

    private Uni<Container> withdraw(Container container) {
        return containers.change(container.id(), new ContainerCommand.Remove(true, true)).chain(outcome -> {
            Container c = outcome.before();
            String missing = c.state() instanceof ContainerState.Requested ? "a node" : "an address";
            return Uni.createFrom().failure(new Refused(
                    ProblemType.TIMEOUT,
                    "container '" + c.name() + "' was not given " + missing + " within " + PLACEMENT_DEADLINE.toSeconds() + " s",
                    "it has been withdrawn; nothing of it is left. Try again"));
        });
    }

    private static Refused unknownImage(ContainerSpec spec) {
        return new Refused(
                new Refusal(
                        ProblemType.IMAGE_NOT_FOUND,
                        "there is no image '" + spec.image() + "'",
                        "spec.image",
                        "push it first, or build it; gantry images (GET /images) lists what is there"));
    }

    static Refused nameInUse(String name) {
        return new Refused(
                new Refusal(
                        ProblemType.NAME_IN_USE,
                        "a container named '" + name + "' exists",
                        "name",
                        "choose another name, or remove that container"));
    }

    /** Somebody took the name between our look and our commit. */
    static boolean sameName(Throwable failure) {
        return failure instanceof ConstraintViolationException violated && UNIQUE_NAME.equals(violated.getConstraintName())
                || failure.getCause() != null && sameName(failure.getCause());
    }
}
