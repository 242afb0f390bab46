package io.gantry.image.registry.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.image.Database;
import io.gantry.image.edge.Answer;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Lists: repositories, tags, and what refers to a manifest. */
@Singleton
class ListEndpoint {
    private static final int PAGE = 1000;
    private final Database database;
    private final Manifests manifests;

    @Inject
    ListEndpoint(Database database, Manifests manifests) {
        this.database = database;
        this.manifests = manifests;
    }

    Answer repositories(HttpServerRequest request) {
        int limit = limit(request);
        List<String> found = database.await(() -> manifests.repositories(last(request), limit + 1));
        return page(request, Json.mapper().createObjectNode(), "repositories", found, limit, "/v2/_catalog");
    }

    Answer tags(HttpServerRequest request, RegistryRequest.Tags wanted) {
        String name = wanted.repository();
        int limit = limit(request);
        List<String> found = database.await(() -> manifests.tags(name, last(request), limit + 1));
        if (found.isEmpty() && !database.await(() -> manifests.exists(name))) {
            throw new RegistryRefusal(Code.NAME_UNKNOWN, "there is no such repository", name);
        }
        return page(request, Json.mapper().createObjectNode().put("name", name), "tags", found, limit, "/v2/" + name + "/tags/list");
    }

    Answer referrers(HttpServerRequest request, RegistryRequest.Referrers wanted) {
        String type = request.getParam("artifactType");
        ObjectNode index = Json.mapper().createObjectNode().put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
        ArrayNode list = index.putArray("manifests");
        for (ManifestRow row : database.await(() -> manifests.referrers(wanted.repository(), wanted.subject()))) {
            if (type == null || type.equals(row.artifactType())) {
                ObjectNode descriptor = list.addObject();
                descriptor.put("mediaType", row.mediaType()).put("digest", row.digest().value()).put("size", row.body().length);
                if (!row.artifactType().isEmpty()) {
                    descriptor.put("artifactType", row.artifactType());
                }
                descriptor.set("annotations", Json.read(new String(row.body(), StandardCharsets.UTF_8), ObjectNode.class).path("annotations").deepCopy());
                if (!descriptor.path("annotations").isObject()) {
                    descriptor.remove("annotations");
                }
            }
        }
        return type == null
                ? Answer.json(200, index.toString(), "Content-Type", MediaTypes.OCI_INDEX)
                : Answer.json(200, index.toString(), "Content-Type", MediaTypes.OCI_INDEX, "OCI-Filters-Applied", "artifactType");
    }

    private static Answer page(HttpServerRequest request, ObjectNode body, String field, List<String> found, int limit, String path) {
        List<String> shown = found.subList(0, Math.min(limit, found.size()));
        ArrayNode list = body.putArray(field);
        shown.forEach(list::add);
        if (found.size() <= limit || shown.isEmpty()) {
            return Answer.json(200, body.toString());
        }
        String next = path + "?n=" + limit + "&last=" + URLEncoder.encode(shown.getLast(), StandardCharsets.UTF_8);
        return Answer.json(200, body.toString(), "Link", "<" + next + ">; rel=\"next\"");
    }

    private static String last(HttpServerRequest request) {
        return Objects.requireNonNullElse(request.getParam("last"), "");
    }

    private static int limit(HttpServerRequest request) {
        String asked = request.getParam("n");
        if (asked == null) {
            return PAGE;
        }
        try {
            int limit = Integer.parseInt(asked);
            if (limit >= 0) {
                return Math.min(limit, PAGE);
            }
        } catch (NumberFormatException e) {
            // falls through to the refusal
        }
        throw new RegistryRefusal(Code.SIZE_INVALID, "n is a number that is not negative", asked);
    }
}
