package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Which container a spec means whose namespaces it shares. Settled once, when it is asked for: from then on it is that one, whatever it is called,
 * and never one of another project.
 */
@Singleton
class Lending {
    private final ContainerQueries queries;

    @Inject
    Lending(ContainerQueries queries) {
        this.queries = queries;
    }

    Uni<ContainerSpec> settle(String project, ContainerSpec spec) {
        return spec.lender()
                .map(ref -> queries.resolve(project, ref).invoke(lender -> check(lender, spec)).map(lender -> spec.sharingWith(lender.id())))
                .orElseGet(() -> Uni.createFrom().item(spec));
    }

    private static void check(Container lender, ContainerSpec wanted) {
        if (lender.state().leaving()) {
            throw refused("container '" + lender.name() + "', whose namespaces it shares, is being removed", "spec.network", "name another one");
        }
        ContainerSpec has = lender.spec();
        if (wanted.sharesNetwork()) {
            checkIts(lender, "network", "spec.network", has.sharesNetwork(), has.hostNetwork());
        }
        if (wanted.namespaces().sharesIpc()) {
            checkIts(lender, "ipc namespace", "spec.namespaces.ipc", has.namespaces().sharesIpc(), has.namespaces().hostIpc());
        }
        if (wanted.namespaces().sharesPid()) {
            checkIts(lender, "pid namespace", "spec.namespaces.pid", has.namespaces().sharesPid(), has.namespaces().hostPid());
        }
    }

    /** What a container doesn't own it can't lend. */
    private static void checkIts(Container lender, String what, String field, boolean anothers, boolean hosts) {
        if (anothers) {
            String owner = lender.spec().lender().orElseThrow();
            throw refused("the " + what + " of container '" + lender.name() + "' is another container's", field, "name container " + owner.substring(0, Math.min(12, owner.length())));
        }
        if (hosts) {
            throw refused("the " + what + " of container '" + lender.name() + "' is the host's", field, "ask for that by host, if the node grants it");
        }
    }

    private static Refused refused(String detail, String field, String hint) {
        return new Refused(new Refusal(ProblemType.CONFLICT, detail, field, hint));
    }
}
