package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Parameter.moment;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ApiIndex;
import io.gantry.contracts.view.SharingView;
import io.gantry.contracts.view.TokenRequest;
import io.gantry.contracts.view.TokenView;
import io.gantry.contracts.view.ApiVersion;
import java.util.List;

/** What the gateway knows by itself. */
final class GatewayOperations {
    private GatewayOperations() {}

    static List<Operation> all() {
        return List.of(
                get("", "listResources", "What there is").answers(ApiIndex.class).by(By.GATEWAY),
                get("/version", "getVersion", "Which version answers").answers(ApiVersion.class).by(By.GATEWAY),
                get("/openapi.json", "getOpenApi", "This document").answers(200, "OpenAPI 3.1", new Body.Raw("application/json", "OpenAPI 3.1")).by(By.GATEWAY),
                get("/events", "watchEvents", "All facts as server-sent events, each a CloudEvent; `Last-Event-ID` goes on exactly there")
                        .with(
                                text("after", "as `Last-Event-ID`, or a moment"), moment("since", "a moment or a duration ago"), moment("until", "it ends then"),
                                texts("type", "CloudEvents types; one that ends in `*` stands for all that begin so"), texts("subject", "ids"))
                        .answers(200, "it ends when the client goes, or at `until`", new Body.Raw("text/event-stream", "see events.asyncapi.json"))
                        .refuses(ProblemType.INVALID_FIELD)
                        .by(By.GATEWAY),
                get("/sharing", "getSharing", "What sharing of layers saves: room on the registry's disk, and bytes on the wire, of the registry, of each node and of all nodes; a node that doesn't answer is without")
                        .answers(SharingView.class)
                        .refuses(ProblemType.UNAVAILABLE)
                        .by(By.GATEWAY),
                post("/tokens", "createToken", "Makes a token, which is told once").takes(TokenRequest.class).makes(TokenView.class).unkeyed().by(By.GATEWAY),
                get("/tokens", "listTokens", "Tokens, the newest first, without themselves").lists(TokenView.class).by(By.GATEWAY),
                delete("/tokens/{id}", "revokeToken", "Nobody can call with it any more").answersNothing().refuses(ProblemType.NOT_FOUND, ProblemType.CONFLICT).by(By.GATEWAY));
    }
}
