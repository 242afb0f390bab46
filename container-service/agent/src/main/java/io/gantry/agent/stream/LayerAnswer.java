package io.gantry.agent.stream;

import io.gantry.contracts.id.ContainerId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import org.jboss.logging.Logger;

/** {@code GET /containers/{id}/layer}: what a container that has ended changed, as a layer's tar. */
final class LayerAnswer {
    private static final Logger LOG = Logger.getLogger(LayerAnswer.class);

    private LayerAnswer() {}

    static void of(HttpServerRequest request, Vertx vertx, ContainerFiles files, ContainerId id) {
        ChunkedOutput out = new ChunkedOutput(request.response(), vertx, "application/vnd.oci.image.layer.v1.tar");
        Thread.ofPlatform().daemon().name("layer-" + id.shortForm()).start(() -> {
            try {
                files.layer(id, out);
                out.close();
            } catch (IOException | RuntimeException e) {
                LOG.warnf(e, "the layer of %s broke off", id.shortForm());
                out.abort();
            }
        });
    }
}
