package io.gantry.agent.plan.rule;

import io.gantry.agent.image.Layer;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.LauncherStep.ResolveUser;
import io.gantry.agent.plan.LayerState;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneTree;
import io.gantry.agent.plan.TreeStep.MapOwners;
import io.gantry.agent.plan.TreeStep.MountOverlay;
import io.gantry.contracts.unit.Bytes;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The root: every layer mapped and read-only, the writable one mapped too, so that owners on disk stay unshifted. */
public final class RootFileSystemRule implements Rule {
    public static final Handle OWNERS = new Handle("owners");
    static final Handle ROOT = new Handle("root");
    private static final Handle PLACES = new Handle("places");
    private static final Handle WRITABLE = new Handle("writable");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        draft = layers(draft.with(new MapOwners(input.slot().range(), OWNERS), places(input.folders().places())), input);
        draft =
                draft.with(
                        new CloneTree(input.folders().layer(), OWNERS, false, WRITABLE, "Map the writable layer's owners too"),
                        new MountOverlay(Stream.concat(Stream.of(PLACES), lowers(input).stream()).toList(), WRITABLE, input.keepsLayer(), false, ROOT));
        Bytes size = input.spec().resources().disk();
        if (size != null && input.folders().keeper(input.folders().layer()).bindsUs()) {
            draft = draft.with(FolderRule.size(input, size));
        }
        List<String> layers = input.request().layers().stream().map(layer -> layer.path().toString()).toList();
        String above = input.layer() == LayerState.NEW ? "" : input.folders().upper();
        return draft.with(new ResolveUser(input.user(), input.spec().groups(), ROOT, layers, above)).handing(ROOT);
    }

    /** The same for every container of a slot. */
    public static CloneTree places(String folder) {
        return new CloneTree(folder, OWNERS, true, PLACES, "Map the lowest layer: places to mount on, where the image has none");
    }

    static PlanDraft layers(PlanDraft draft, PlanInput input) {
        List<Handle> lowers = lowers(input);
        for (int i = 0; i < lowers.size(); i++) {
            draft = draft.with(clone(input.request().layers().get(i), lowers.get(i)));
        }
        return draft;
    }

    /** The image's layers, lowest first. */
    static List<Handle> lowers(PlanInput input) {
        return IntStream.range(0, input.request().layers().size()).mapToObj(number -> new Handle("layer" + number)).toList();
    }

    private static CloneTree clone(Layer layer, Handle handle) {
        String reason = "Map layer " + layer.name().hex().substring(0, 12) + ", read-only";
        return new CloneTree(layer.path().toString(), OWNERS, true, handle, reason);
    }
}
