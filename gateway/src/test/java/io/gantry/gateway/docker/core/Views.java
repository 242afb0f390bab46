package io.gantry.gateway.docker.core;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What services tell, as short as tests need it. */
final class Views {
    private Views() {}

    static String id(char digit) {
        return "sha256:" + String.valueOf(digit).repeat(64);
    }

    /** @param digit of its id; {@code image} of its image's; {@code spec} further fields of it, as {@code "tty": true} */
    static ContainerView container(char digit, String state, char image, String spec) {
        return Json.read("""
                {"id": "%1$s", "name": "c%2$s", "project": "default", "owner": {"kind": "person"}, "state": "%3$s", "life": "CREATED", "imageId": "%4$s",
                 "spec": {"image": "web:1"%7$s}, "run": 1, "restarts": 0, "ready": false, "createdAt": "2026-01-02T12:00:00Z",
                 "endpoint": %5$s, "endpoints": [%5$s, {"network": "back", "address": "10.2.0.5", "prefix": 24, "gateway": "10.2.0.1", "mac": "02:42:0a:02:00:05",
                 "id": "%6$s", "networkId": "%8$s"}, {"network": "front", "address": "10.3.0.5", "prefix": 24, "gateway": "10.3.0.1", "mac": "02:42:0a:03:00:05"}]}
                """.formatted(String.valueOf(digit).repeat(64), digit, state, id(image),
                        "{\"network\": \"default\", \"address\": \"10.1.0.5\", \"prefix\": 24, \"gateway\": \"10.1.0.1\", \"mac\": \"02:42:0a:01:00:05\", \"ports\": []}",
                        "e".repeat(64), spec.isEmpty() ? "" : ", " + spec, "b".repeat(64)), ContainerView.class);
    }

    private static String quoted(Stream<String> words) {
        return words.map(word -> "\"" + word + "\"").collect(Collectors.joining(","));
    }

    /** It has a manifest in each repository of its tags, and in one more. @param layers digits of their blobs, each of as many bytes as its digit says */
    static ImageView image(char digit, String created, String layers, String... tags) {
        String list = layers.chars()
                .mapToObj(layer -> "{\"diffId\": \"%1$s\", \"blob\": \"%1$s\", \"size\": %2$c, \"mediaType\": \"tar\"}".formatted(id((char) layer), layer))
                .collect(Collectors.joining(","));
        return Json.read("""
                {"image": {"reference": "web:1", "manifest": "%s", "id": "%s", "config": {"labels": {"team": "shop"}}, "layers": [%s], "architecture": "amd64",
                 "size": %d, "created": "%s"}, "digests": [%s], "tags": [%s], "storedAt": "2026-01-02T12:00:00Z",
                 "history": [{"created": "2026-01-01T00:00:00Z", "createdBy": "COPY it", "emptyLayer": false}, {"createdBy": "CMD", "emptyLayer": true, "comment": "why", "author": "somebody"}]}
                """.formatted(
                        id('f'), id(digit), list, layers.chars().map(layer -> layer - '0').sum(), created,
                        quoted(Stream.concat(Arrays.stream(tags), Stream.of("kept:1")).map(tag -> tag.split(":")[0] + "@" + id('f')).distinct()), quoted(Arrays.stream(tags))), ImageView.class);
    }
}
