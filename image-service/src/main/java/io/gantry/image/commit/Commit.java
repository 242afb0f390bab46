package io.gantry.image.commit;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.CommitView;
import io.gantry.image.build.core.Changes;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.step.AgentCalls;
import io.gantry.image.build.step.BaseImages;
import io.gantry.image.build.step.ImageAssembly;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the image: the container's changes as a further layer, its own settings over the image's, and what the request changes besides. */
@Singleton
class Commit {
    /** Kept by the gateway for itself. */
    private static final String OURS = "io.gantry.docker.";

    private final BaseImages bases;
    private final AgentCalls agents;
    private final LayerStore layers;
    private final ImageAssembly assembly;
    private final World world;

    @Inject
    Commit(BaseImages bases, AgentCalls agents, LayerStore layers, ImageAssembly assembly, World world) {
        this.bases = bases;
        this.agents = agents;
        this.layers = layers;
        this.assembly = assembly;
        this.world = world;
    }

    CommitView of(CommitOrder order) throws InterruptedException {
        try {
            ImageRef base = new ImageRef(order.spec().image().repository(), Optional.empty(), Optional.of(order.manifest()));
            ImageDraft draft = Changes.apply(settings(bases.load(base), order.spec()), order.request().changes());
            ResolvedImage.Layer layer = agents.layer(order.node(), order.container(), layers::ofTar);
            ImageAssembly.Stored stored = assembly.store(described(draft, order, layer), order.request().tags());
            return new CommitView(stored.image(), stored.manifest(), order.request().tags());
        } catch (IOException e) {
            throw new Refused(ProblemType.UNAVAILABLE, "what the container changed can't be fetched from its node: " + e.getMessage(), "try again when the node answers");
        }
    }

    private ImageDraft described(ImageDraft draft, CommitOrder order, ResolvedImage.Layer layer) {
        CommitRequest asked = order.request();
        ImageDraft done = draft.withLayer(layer, "commit of container " + order.container().shortForm(), world.now());
        if (asked.comment() != null && !asked.comment().isEmpty()) {
            done = done.withComment(asked.comment());
        }
        return asked.author() == null || asked.author().isEmpty() ? done : done.by(asked.author());
    }

    private static ImageDraft settings(ImageDraft base, ContainerSpec spec) {
        ImageDraft draft = base.withEnv(spec.env());
        if (spec.entrypoint() != null) {
            draft = draft.withList("Entrypoint", spec.entrypoint());
        }
        if (spec.command() != null) {
            draft = draft.withList("Cmd", spec.command());
        } else if (spec.entrypoint() != null) {
            draft = draft.without("Cmd");
        }
        if (spec.workingDir() != null) {
            draft = draft.withText("WorkingDir", spec.workingDir());
        }
        if (spec.user() != null) {
            draft = draft.withText("User", spec.user());
        }
        if (spec.stop().signal() != null) {
            draft = draft.withText("StopSignal", spec.stop().signal());
        }
        Map<String, String> labels = new java.util.TreeMap<>(spec.labels());
        labels.keySet().removeIf(label -> label.startsWith(OURS));
        return labels.isEmpty() ? draft : draft.withLabels(labels);
    }
}
