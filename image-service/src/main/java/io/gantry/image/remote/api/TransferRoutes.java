package io.gantry.image.remote.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.TransferRequest;
import io.gantry.image.edge.EventLines;
import io.gantry.image.edge.LinesHandler;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.image.remote.Puller;
import io.gantry.image.remote.Pusher;
import io.gantry.image.remote.TransferHearer;
import io.gantry.image.remote.core.Credentials;
import io.gantry.kit.problem.BadJson;
import io.gantry.kit.problem.Refused;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /image-service/pulls} and {@code …/pushes}: which image, and who we are there; the answer tells what happens, one JSON object a line. A
 * client that goes away ends it.
 */
@ApplicationScoped
class TransferRoutes {
    private static final int ORDER = -500;
    private static final int LARGEST = 1 << 20;
    private final Puller puller;
    private final Pusher pusher;

    @Inject
    TransferRoutes(Puller puller, Pusher pusher) {
        this.puller = puller;
        this.pusher = pusher;
    }

    void register(@Observes Router router) {
        router.post("/image-service/pulls").order(ORDER).handler(routing -> LinesHandler.handle(
                routing.request(), "pull", Set.of(), (body, lines) -> pull(body, ScopeHeader.of(routing.request()), lines)));
        router.post("/image-service/pushes").order(ORDER).handler(routing -> LinesHandler.handle(
                routing.request(), "push", Set.of(), (body, lines) -> push(body, ScopeHeader.of(routing.request()), lines)));
    }

    private void pull(RequestBody body, Optional<Scope> scope, EventLines lines) throws IOException, InterruptedException {
        TransferRequest wanted = read(body);
        Puller.Pulled pulled = puller.pull(wanted.reference(), Credentials.of(wanted.credentials()), scope, hearer(lines));
        lines.send(EventLines.line("image", pulled.image(), "manifest", pulled.manifest(), "reference", wanted.reference(), "changed", pulled.changed()));
    }

    private void push(RequestBody body, Optional<Scope> scope, EventLines lines) throws IOException, InterruptedException {
        TransferRequest wanted = read(body);
        Pusher.Pushed pushed = pusher.push(wanted.reference(), Credentials.of(wanted.credentials()), scope, hearer(lines));
        lines.send(EventLines.line("pushed", pushed.tag(), "manifest", pushed.manifest(), "size", pushed.size()));
    }

    private static TransferRequest read(RequestBody body) throws IOException {
        byte[] bytes = body.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new Refused(ProblemType.TOO_LARGE, "the body is larger than " + LARGEST + " bytes", null);
        }
        try {
            TransferRequest wanted = Json.strict().readValue(new String(bytes, StandardCharsets.UTF_8), TransferRequest.class);
            if (wanted == null) {
                throw new BadField("reference", "the body is empty", "write for example {\"reference\": \"registry.example.com/shop/web:1.2\"}");
            }
            return wanted;
        } catch (JsonProcessingException e) {
            Problem problem = BadJson.of(e);
            throw new Refused(new Refusal(problem.kind().orElse(ProblemType.BAD_REQUEST), problem.detail(), problem.field(), problem.hint()));
        }
    }

    private static TransferHearer hearer(EventLines lines) {
        return new TransferHearer() {
            @Override
            public void begins(String repository, String tag) {
                lines.send(EventLines.line("repository", repository, "tag", tag));
            }

            @Override
            public void layer(Digest layer, State state, long current, long total) {
                lines.send(EventLines.line("layer", layer, "state", state, "current", current, "total", total));
            }
        };
    }
}
