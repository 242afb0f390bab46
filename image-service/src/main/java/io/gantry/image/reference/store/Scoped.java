package io.gantry.image.reference.store;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody may do to images who asks within a scope: use those that nobody made within another one, and name, send away and change their own alone. To
 * those without a scope nothing is refused. Waits; not for event loops.
 */
@Singleton
public class Scoped {
    private final Database database;
    private final Images images;

    @Inject
    Scoped(Database database, Images images) {
        this.database = database;
        this.images = images;
    }

    public static boolean mayUse(Optional<Scope> scope, ManifestRow row) {
        return scope.map(one -> one.mayUse(labels(row))).orElse(true);
    }

    public static boolean owns(Optional<Scope> scope, ManifestRow row) {
        return scope.map(one -> one.isBorneBy(labels(row))).orElse(true);
    }

    /** @throws Refused if one of these names stands for an image that isn't theirs; another may take it in between */
    public void checkNames(Optional<Scope> scope, List<ImageRef> tags) {
        if (scope.isEmpty()) {
            return;
        }
        for (ImageRef tag : tags) {
            database.await(() -> images.byReference(tag.toString())).filter(row -> !owns(scope, row)).ifPresent(_ -> {
                throw taken(scope.get(), tag);
            });
        }
    }

    public static Refused taken(Scope scope, ImageRef name) {
        return new Refused(ProblemType.NAME_IN_USE, "the name " + name + " stands for an image that was not made within the scope " + scope, "choose another name");
    }

    private static Map<String, String> labels(ManifestRow row) {
        return row.image().map(image -> image.config().labels()).orElse(Map.of());
    }
}
