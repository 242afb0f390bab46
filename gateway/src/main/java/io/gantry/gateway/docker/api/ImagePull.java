package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.TransferRequest;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.RegistryAuth;
import io.gantry.gateway.docker.core.TransferWords;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Images that a service is of, and that aren't here: its client pulls none, as it leaves that to the nodes. */
@Singleton
class ImagePull {
    private final PartClient parts;
    private final ImageEndpoints images;

    @Inject
    ImagePull(PartClient parts, ImageEndpoints images) {
        this.parts = parts;
        this.images = images;
    }

    /** @param auth the header by which the client says who it is there; may be {@code null} */
    Future<Void> ensure(ImageRef name, String auth) {
        return images.all().compose(known -> ImageNames.find(known, name.toString()).isPresent()
                ? Future.succeededFuture()
                : parts.open(Part.IMAGE, HttpMethod.POST, "/pulls", new TransferRequest(name, RegistryAuth.read(auth).orElse(null)), DockerContainers.PRINCIPAL)
                        .compose(HttpClientResponse::body)
                        .map(lines -> {
                            ended(lines.toString());
                            return null;
                        }));
    }

    private static void ended(String lines) {
        boolean there = false;
        for (String line : lines.split("\n")) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode told = Json.read(line, JsonNode.class);
            TransferWords.trouble(told).ifPresent(refusal -> {
                throw refusal;
            });
            there = there || told.has("image");
        }
        if (!there) {
            throw new DockerRefusal(503, "the pull was not finished: image-service went away");
        }
    }
}
