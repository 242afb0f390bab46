package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.cli.client.PersonalFiles;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.RegistryCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who a person is at other registries, in {@code ~/.config/gantry/registries.json}, which nobody else can read. */
record RegistryLogins(Path file) {
    static RegistryLogins of(Map<String, String> environment) {
        return new RegistryLogins(PersonalFiles.folder(environment).resolve("registries.json"));
    }

    /** @param image whose name begins with the registry's */
    Optional<RegistryCredentials> find(String image) throws IOException {
        int slash = image.indexOf('/');
        JsonNode kept = slash < 0 ? null : read().get(image.substring(0, slash));
        return Optional.ofNullable(kept).map(json -> Json.mapper().convertValue(json, RegistryCredentials.class));
    }

    /** Of those registries alone that images' names begin with, as a header has them: base64 of JSON; empty if none is kept. */
    Optional<String> header(List<String> images) throws IOException {
        ObjectNode kept = Json.mapper().createObjectNode();
        for (String image : images) {
            find(image).ifPresent(one -> kept.set(image.substring(0, image.indexOf('/')), Json.mapper().valueToTree(one)));
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(Base64.getEncoder().encodeToString(Json.write(kept).getBytes(StandardCharsets.UTF_8)));
    }

    void keep(String registry, RegistryCredentials credentials) throws IOException {
        ObjectNode all = read();
        all.set(registry, Json.mapper().valueToTree(credentials));
        write(all);
    }

    boolean forget(String registry) throws IOException {
        ObjectNode all = read();
        boolean known = all.remove(registry) != null;
        write(all);
        return known;
    }

    private ObjectNode read() throws IOException {
        if (!Files.exists(file)) {
            return Json.mapper().createObjectNode();
        }
        try {
            return Json.read(Files.readString(file), ObjectNode.class);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no JSON object; remove it and log in again", e);
        }
    }

    private void write(ObjectNode all) throws IOException {
        PersonalFiles.write(file, all.toPrettyString() + "\n");
    }
}
