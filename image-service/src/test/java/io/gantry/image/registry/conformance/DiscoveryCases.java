package io.gantry.image.registry.conformance;

import static io.gantry.image.registry.conformance.ConformanceCase.may;
import static io.gantry.image.registry.conformance.ConformanceCase.must;
import static io.gantry.image.registry.conformance.Documents.bytes;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_INDEX;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_MANIFEST;
import static io.gantry.image.registry.conformance.RegistryTalk.digest;
import static io.gantry.image.registry.conformance.RegistryTalk.sha512;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.image.registry.conformance.RegistryTalk.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is there: tags in pages, and what refers to a manifest. */
final class DiscoveryCases {
    private static final String PART = "Content discovery";
    private static final String SIGNATURE = "application/vnd.example.signature";
    private static final String REPORT = "application/vnd.example.report";

    private DiscoveryCases() {}

    static List<ConformanceCase> all() {
        return List.of(
                must(PART, "tags are listed in order", talk -> {
                    tags(talk, "b", "a", "d", "c");
                    list(talk, "", "a", "b", "c", "d");
                }),
                must(PART, "n limits them", talk -> {
                    tags(talk, "b", "a", "d", "c");
                    list(talk, "?n=2", "a", "b");
                }),
                must(PART, "last says where they begin", talk -> {
                    tags(talk, "b", "a", "d", "c");
                    list(talk, "?n=2&last=b", "c", "d");
                    list(talk, "?last=aa", "b", "c", "d");
                }),
                must(PART, "n of nothing lists nothing", talk -> {
                    tags(talk, "a", "b");
                    list(talk, "?n=0");
                }),
                must(PART, "Link leads to the next page, and the last has none", talk -> {
                    tags(talk, "b", "a", "d", "c", "e");
                    List<String> found = new ArrayList<>();
                    String next = "/v2/" + talk.repository + "/tags/list?n=2";
                    while (next != null) {
                        Told page = talk.send("GET", next).is(200);
                        page.json().path("tags").forEach(tag -> found.add(tag.asText()));
                        String link = page.header("Link");
                        next = link.isEmpty() ? null : link.replaceFirst("^<([^>]*)>; *rel=\"?next\"?$", "$1").replaceFirst("^https?://[^/]*", "");
                    }
                    inOrder(List.of("a", "b", "c", "d", "e"), found);
                }),
                must(PART, "tags of a repository that isn't there are 404 with NAME_UNKNOWN", talk -> talk.send("GET", "/v2/" + talk.repository + "/tags/list").is(404).error("NAME_UNKNOWN")),
                must(PART, "nothing refers to what isn't there, which is 200", talk -> {
                    talk.pushImage();
                    equal("the list", 0, referrers(talk, digest(talk.bytes(9)).value(), "").json().path("manifests").size());
                }),
                must(PART, "referrers are listed with type, size and annotations", talk -> {
                    byte[] image = talk.pushImage();
                    byte[] signature = refer(talk, SIGNATURE, image);
                    byte[] report = refer(talk, REPORT, image);
                    JsonNode found = referrers(talk, digest(image).value(), "").json().path("manifests");
                    equal("how many there are", 2, found.size());
                    for (JsonNode one : found) {
                        byte[] which = one.path("digest").asText().equals(digest(signature).value()) ? signature : report;
                        equal("digest", digest(which).value(), one.path("digest").asText());
                        equal("size", which.length, one.path("size").asInt());
                        equal("mediaType", OCI_MANIFEST, one.path("mediaType").asText());
                        equal("artifactType", which == signature ? SIGNATURE : REPORT, one.path("artifactType").asText());
                        equal("annotations", "case", one.path("annotations").path("org.example.by").asText());
                    }
                }),
                must(PART, "without a type of its own the configuration's is told", talk -> {
                    byte[] image = talk.pushImage();
                    byte[] config = talk.push(talk.bytes(20));
                    Map<String, Object> artifact = Documents.manifest(config, talk.push(talk.bytes(9)));
                    artifact.put("config", Documents.descriptor(REPORT, config));
                    artifact.put("subject", Documents.descriptor(OCI_MANIFEST, image));
                    talk.put(digest(bytes(artifact)), bytes(artifact), OCI_MANIFEST).is(201);
                    equal("artifactType", REPORT, referrers(talk, digest(image).value(), "").json().path("manifests").path(0).path("artifactType").asText());
                }),
                must(PART, "an index refers too", talk -> {
                    byte[] image = talk.pushImage();
                    Map<String, Object> index = Documents.index(OCI_MANIFEST, image);
                    index.put("subject", Documents.descriptor(OCI_MANIFEST, image));
                    talk.put("about", bytes(index), OCI_INDEX).is(201);
                    JsonNode found = referrers(talk, digest(image).value(), "").json().path("manifests").path(0);
                    equal("mediaType", OCI_INDEX, found.path("mediaType").asText());
                    equal("artifactType", false, found.has("artifactType"));
                }),
                may(PART, "a filter by type is told by OCI-Filters-Applied", talk -> {
                    byte[] image = talk.pushImage();
                    refer(talk, SIGNATURE, image);
                    byte[] report = refer(talk, REPORT, image);
                    JsonNode found = referrers(talk, digest(image).value(), "?artifactType=" + REPORT).has("OCI-Filters-Applied", "artifactType").json().path("manifests");
                    equal("how many there are", 1, found.size());
                    equal("digest", digest(report).value(), found.path(0).path("digest").asText());
                }),
                must(PART, "what refers to a manifest that isn't there is listed", talk -> {
                    talk.pushImage();
                    byte[] report = refer(talk, REPORT, talk.bytes(10));
                    equal("digest", digest(report).value(), referrers(talk, digest(talk.bytes(10)).value(), "").json().path("manifests").path(0).path("digest").asText());
                }),
                must(PART, "what refers to a manifest that comes later is listed", talk -> {
                    byte[] image = Documents.image(talk.push(Documents.config(9)), talk.push(talk.bytes(9)));
                    refer(talk, REPORT, image);
                    talk.put("late", image, OCI_MANIFEST).is(201);
                    equal("how many there are", 1, referrers(talk, digest(image).value(), "").json().path("manifests").size());
                }),
                may(PART, "what refers by sha512 is listed, by either digest, also before its subject comes", talk -> {
                    byte[] image = Documents.imageBySha512(talk.pushBySha512(Documents.config(11)), talk.pushBySha512(talk.bytes(200)));
                    talk.push(Documents.EMPTY_JSON);
                    Map<String, Object> early = Documents.artifact(REPORT, talk.push(talk.bytes(9)), null);
                    early.put("subject", Documents.descriptorBySha512(OCI_MANIFEST, image));
                    byte[] about = bytes(early);
                    talk.put(digest(about), about, OCI_MANIFEST).is(201).has("OCI-Subject", sha512(image));
                    equal("how many there are before", 1, referrers(talk, sha512(image), "").json().path("manifests").size());
                    talk.put(sha512(image), image, OCI_MANIFEST).is(201);
                    refer(talk, SIGNATURE, image);
                    equal("how many there are by sha512", 2, referrers(talk, sha512(image), "").json().path("manifests").size());
                    equal("how many there are by sha256", 2, referrers(talk, digest(image).value(), "").json().path("manifests").size());
                }),
                must(PART, "what is deleted refers no more", talk -> {
                    byte[] image = talk.pushImage();
                    byte[] report = refer(talk, REPORT, image);
                    talk.send("DELETE", talk.manifest(digest(report))).is(202);
                    equal("how many there are", 0, referrers(talk, digest(image).value(), "").json().path("manifests").size());
                }),
                must(PART, "referrers of a digest that is none are 400", talk -> talk.send("GET", "/v2/" + talk.repository + "/referrers/sha256:totallywrong").is(400)));
    }

    private static void tags(RegistryTalk talk, String... tags) throws Exception {
        talk.pushImage(tags);
    }

    private static void list(RegistryTalk talk, String query, String... expected) throws Exception {
        Told told = talk.send("GET", "/v2/" + talk.repository + "/tags/list" + query).is(200);
        List<String> found = new ArrayList<>();
        told.json().path("tags").forEach(tag -> found.add(tag.asText()));
        equal("name", talk.repository, told.json().path("name").asText());
        inOrder(List.of(expected), found);
    }

    /** What is found instead isn't told: it depends on the disk that it is on. */
    private static void inOrder(List<String> expected, List<String> found) {
        if (!expected.equals(found)) {
            throw new AssertionError(Set.copyOf(found).equals(Set.copyOf(expected)) ? "in another order" : "other tags than " + expected);
        }
    }

    private static Told referrers(RegistryTalk talk, String digest, String query) throws Exception {
        return talk.send("GET", "/v2/" + talk.repository + "/referrers/" + digest + query).is(200).has("Content-Type", OCI_INDEX);
    }

    private static byte[] refer(RegistryTalk talk, String type, byte[] subject) throws Exception {
        talk.push(Documents.EMPTY_JSON);
        Map<String, Object> artifact = Documents.artifact(type, talk.push(talk.bytes(9)), subject);
        artifact.put("annotations", Map.of("org.example.by", "case"));
        byte[] made = bytes(artifact);
        talk.put(digest(made), made, OCI_MANIFEST).is(201);
        return made;
    }

    private static void equal(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(what + ": " + found + ", not " + expected);
        }
    }
}
