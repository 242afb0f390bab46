package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.Borrowed;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a container mounts because another does: its volumes, also those that were made for it alone, and folders of the host, where the spec itself says
 * nothing of the place. Settled once, when it is asked for.
 */
@Singleton
class Borrowing {
    private final ContainerQueries queries;

    @Inject
    Borrowing(ContainerQueries queries) {
        this.queries = queries;
    }

    Uni<ContainerSpec> settle(String project, ContainerSpec spec) {
        Uni<ContainerSpec> settled = Uni.createFrom().item(spec);
        for (String text : spec.volumesFrom()) {
            Borrowed from = Borrowed.parse(text);
            settled = settled.chain(so -> queries.resolve(project, from.container()).map(lender -> with(so, lender, from.readOnly())));
        }
        return settled;
    }

    private static ContainerSpec with(ContainerSpec spec, Container lender, boolean readOnly) {
        if (lender.state().leaving()) {
            throw new Refused(new Refusal(
                    ProblemType.CONFLICT, "container '" + lender.name() + "', whose volumes it is to have, is being removed", "spec.volumesFrom", "name another one"));
        }
        Set<String> taken = spec.mounts().stream().map(Mount::target).collect(Collectors.toSet());
        List<Mount> all = new ArrayList<>(spec.mounts());
        for (VolumeMount volume : lender.volumes()) {
            if (taken.add(volume.target())) {
                all.add(new Mount.Volume(volume.name(), volume.target(), readOnly || volume.readOnly(), true));
            }
        }
        for (Mount mount : lender.spec().mounts()) {
            if (mount instanceof Mount.Bind bind && taken.add(bind.target())) {
                all.add(new Mount.Bind(bind.source(), bind.target(), readOnly || bind.readOnly(), bind.propagation()));
            }
        }
        return spec.but().mounts(all).build();
    }
}
