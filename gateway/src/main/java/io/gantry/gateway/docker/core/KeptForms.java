package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.KeptPatch;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import java.util.Base64;
import java.util.TreeMap;

/** Secrets and configs in Docker's form, and back. A secret's content is in none. */
public final class KeptForms {
    private KeptForms() {}

    public static SwarmFilters filters(String text) {
        return SwarmFilters.parse(text, "id", "label", "name", "names");
    }

    public static boolean matches(KeptView kept, SwarmFilters filters) {
        return filters.id(SwarmIds.of(kept.id()))
                && filters.name(kept.name())
                && filters.any("names", kept.name()::equals)
                && filters.labels("label", kept.labels());
    }

    public static ObjectNode form(KeptView kept) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("ID", SwarmIds.of(kept.id())).putObject("Version").put("Index", kept.version());
        json.put("CreatedAt", kept.createdAt().toString()).put("UpdatedAt", kept.changedAt().toString());
        ObjectNode spec = json.putObject("Spec").put("Name", kept.name());
        spec.set("Labels", Json.mapper().valueToTree(new TreeMap<>(kept.labels())));
        if (kept.content() != null) {
            spec.put("Data", Base64.getEncoder().encodeToString(kept.content()));
        }
        return json;
    }

    /** @param kind {@code secret} or {@code config} */
    public static KeptRequest request(String kind, JsonNode json) {
        Fields spec = spec(kind, json);
        if (spec.text("Name").isEmpty()) {
            throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = " + kind + " name must be provided");
        }
        byte[] data = data(spec);
        if (data == null || data.length == 0) {
            throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = " + kind + " data must be larger than 0 and less than 500 KiB");
        }
        KeptRequest request = new KeptRequest(spec.text("Name"), spec.named("Labels"), data);
        spec.refuseTheRest();
        return request;
    }

    /** As Docker: labels alone can be changed, and what else is said must be so. */
    public static KeptPatch patch(String kind, JsonNode json, KeptView kept) {
        Fields spec = spec(kind, json);
        if (!spec.text("Name").isEmpty() && !spec.text("Name").equals(kept.name())) {
            throw labelsOnly();
        }
        KeptPatch patch = new KeptPatch(spec.named("Labels"), data(spec));
        spec.refuseTheRest();
        return patch;
    }

    public static DockerRefusal labelsOnly() {
        return new DockerRefusal(400, "rpc error: code = InvalidArgument desc = only updates to Labels are allowed");
    }

    private static Fields spec(String kind, JsonNode json) {
        Fields spec = Fields.of(json, kind.equals("secret") ? KnownFields.SECRET : KnownFields.CONFIG);
        for (String plugin : new String[] {"Driver", "Templating"}) {
            if (spec.given(plugin)) {
                throw DockerRefusal.notSupported(plugin, "a " + kind + " is the bytes that it is made with; leave it out");
            }
        }
        return spec;
    }

    /** Of either alphabet. */
    private static byte[] data(Fields spec) {
        String text = spec.text("Data");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // what stands there is a secret, and isn't told
            throw new DockerRefusal(400, "Data is bytes in base64");
        }
    }
}
