package io.gantry.container.lifecycle.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerChange;
import io.gantry.container.lifecycle.core.ContainerDecider;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.HistoryEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Why a container could not be made or started, from its history. */
@Singleton
public class Refusals {
    private final ContainerQueries queries;

    @Inject
    Refusals(ContainerQueries queries) {
        this.queries = queries;
    }

    public Uni<Refusal> why(Container container) {
        return queries.history(container).map(history -> why(container, history));
    }

    /** Why it could not come onto that network the last time that it should. */
    public Uni<Refusal> whyNotConnected(Container container, String network) {
        return queries.history(container).map(history -> history.reversed().stream()
                .filter(entry -> entry.change().equals("ConnectRefused"))
                .map(entry -> Json.mapper().convertValue(entry.detail(), ContainerChange.ConnectRefused.class))
                .filter(refused -> refused.network().equals(network))
                .findFirst()
                .map(refused -> Refusal.of(refused.problem(), refused.detail(), refused.hint()))
                .orElseGet(() -> Refusal.of(
                        ProblemType.CONFLICT, "container '" + container.name() + "' was disconnected from network '" + network + "' while it was connected")));
    }

    /** Why its last start failed, of one that is removed since: its state doesn't say it any more. Empty if it didn't fail. */
    public Uni<Optional<Observed.Failure>> whyNotStarted(Container container) {
        return queries.history(container).map(history -> history.reversed().stream()
                .filter(entry -> entry.change().equals("Failed") || entry.change().equals("Started"))
                .findFirst()
                .filter(entry -> entry.change().equals("Failed"))
                .map(entry -> Json.mapper().convertValue(entry.detail(), ContainerChange.Failed.class).failure()));
    }

    private static Refusal why(Container container, List<HistoryEntry> history) {
        for (HistoryEntry entry : history.reversed()) {
            if (entry.change().equals("Unplaceable")) {
                return Refusal.of(
                        ProblemType.NO_NODE,
                        container.reasons().isEmpty() ? "there is no node" : "no node can take it: " + ContainerDecider.reasonsText(container.reasons()),
                        container.reasons().isEmpty() ? "let a node join first" : "ask for less, or for another node");
            }
            if (entry.change().equals("LeaseRefused")) {
                return leaseRefused(entry.detail());
            }
        }
        return Refusal.of(ProblemType.CONFLICT, "container '" + container.name() + "' was removed while it was made");
    }

    private static Refusal leaseRefused(JsonNode detail) {
        ContainerChange.LeaseRefused refused = Json.mapper().convertValue(detail, ContainerChange.LeaseRefused.class);
        return Refusal.of(refused.problem(), refused.detail(), refused.hint());
    }
}
