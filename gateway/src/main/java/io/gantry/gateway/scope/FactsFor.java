package io.gantry.gateway.scope;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Knows what is a caller's as they begin to listen. */
@Singleton
public class FactsFor {
    private final PartClient parts;
    private final Belongings belongings;

    @Inject
    FactsFor(PartClient parts, Belongings belongings) {
        this.parts = parts;
        this.belongings = belongings;
    }

    public Future<OwnFacts> caller(Caller caller) {
        if (!caller.scoped()) {
            return Future.succeededFuture(new OwnFacts(caller, Set.of(), Set.of()));
        }
        Set<String> subjects = new HashSet<>();
        Set<Digest> manifests = new HashSet<>();
        return belongings.containers(caller)
                .onSuccess(all -> all.forEach(one -> subjects.add(one.id().value())))
                .compose(_ -> belongings.volumes(caller))
                .onSuccess(all -> all.forEach(one -> subjects.add(one.id().value())))
                .compose(_ -> belongings.networks(caller))
                .onSuccess(all -> all.forEach(one -> subjects.add(one.id().value())))
                .compose(_ -> parts.list(Part.IMAGE, "/images", ImageView.class))
                .onSuccess(all -> own(caller, all).forEach(one -> one.digests().forEach(digest -> digest.digest().ifPresent(manifests::add))))
                .map(_ -> new OwnFacts(caller, subjects, manifests));
    }

    private static List<ImageView> own(Caller caller, List<ImageView> images) {
        return caller.own(images, Belongings::labels);
    }
}
