package io.gantry.image.registry.conformance;

import static io.gantry.image.registry.conformance.ConformanceCase.may;
import static io.gantry.image.registry.conformance.ConformanceCase.must;
import static io.gantry.image.registry.conformance.Documents.bytes;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_INDEX;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_MANIFEST;
import static io.gantry.image.registry.conformance.RegistryTalk.digest;
import static io.gantry.image.registry.conformance.RegistryTalk.sha512;

import io.gantry.image.registry.conformance.RegistryTalk.Told;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Manifests and indexes of every kind, kept byte by byte. */
final class ManifestPushCases {
    private static final String PART = "Push, manifests";
    private static final String ARTIFACT = "application/vnd.example.report";

    private ManifestPushCases() {}

    static List<ConformanceCase> all() {
        return List.of(
                must(PART, "an image by tag, and by several", talk -> {
                    byte[] image = talk.pushImage();
                    for (int i = 0; i < 4; i++) {
                        talk.put("test" + i, image, OCI_MANIFEST).is(201).hasIfAny("Docker-Content-Digest", digest(image).value()).location();
                    }
                    talk.send("GET", talk.manifest("test3"), "Accept", OCI_MANIFEST).is(200).body(image);
                }),
                must(PART, "an image by digest", talk -> kept(talk, talk.pushImage(), OCI_MANIFEST)),
                must(PART, "a manifest under another digest than its own is 400", talk -> {
                    byte[] image = talk.pushImage();
                    talk.put(digest(talk.bytes(9)), image, OCI_MANIFEST).is(400).error("DIGEST_INVALID", "MANIFEST_INVALID");
                }),
                must(PART, "a manifest by what can be no tag is refused", talk -> talk.put(".INVALID_MANIFEST_NAME", talk.pushImage(), OCI_MANIFEST).is(400, 404)),
                must(PART, "a manifest that is no JSON is 400 with MANIFEST_INVALID", talk -> talk.put("broken", "{\"broken\"".getBytes(), OCI_MANIFEST).is(400).error("MANIFEST_INVALID")),
                must(PART, "a manifest of blobs that aren't there is refused with MANIFEST_BLOB_UNKNOWN, or taken", talk -> {
                    Told told = talk.put("sparse", Documents.image(Documents.config(7), talk.bytes(9)), OCI_MANIFEST).is(201, 400, 404);
                    if (told.status() != 201) {
                        told.error("MANIFEST_BLOB_UNKNOWN");
                    }
                }),
                must(PART, "an image without layers", talk -> taken(talk, Documents.image(talk.push(Documents.config(1))), OCI_MANIFEST)),
                must(PART, "a manifest of four megabytes", talk -> {
                    Map<String, Object> large = Documents.manifest(talk.push(Documents.config(2)), talk.push(talk.bytes(9)));
                    Map<String, Object> annotations = new LinkedHashMap<>();
                    for (int i = 0; i < 390; i++) {
                        annotations.put("org.example.large-" + i, "A".repeat(10_000));
                    }
                    large.put("annotations", annotations);
                    taken(talk, bytes(large), OCI_MANIFEST);
                }),
                may(PART, "a manifest that is too large is 413", talk -> {
                    Map<String, Object> large = Documents.manifest(talk.push(Documents.config(3)), talk.push(talk.bytes(9)));
                    large.put("annotations", Map.of("org.example.large", "A".repeat(5 << 20)));
                    talk.put("large", bytes(large), OCI_MANIFEST).is(413);
                }),
                must(PART, "an artifact with a type of its own", talk -> {
                    talk.push(Documents.EMPTY_JSON);
                    taken(talk, bytes(Documents.artifact(ARTIFACT, talk.push(talk.bytes(9)), null)), OCI_MANIFEST);
                }),
                must(PART, "an artifact that is empty", talk -> {
                    Map<String, Object> artifact = Documents.artifact(ARTIFACT, talk.push(Documents.EMPTY_JSON), null);
                    artifact.put("layers", List.of(Documents.descriptor(Documents.EMPTY_TYPE, Documents.EMPTY_JSON)));
                    taken(talk, bytes(artifact), OCI_MANIFEST);
                }),
                must(PART, "an artifact whose configuration says what it is", talk -> {
                    byte[] config = talk.push(talk.bytes(20));
                    Map<String, Object> artifact = Documents.manifest(config, talk.push(talk.bytes(9)));
                    artifact.put("config", Documents.descriptor(ARTIFACT, config));
                    taken(talk, bytes(artifact), OCI_MANIFEST);
                }),
                must(PART, "descriptors that bring their data along", talk -> {
                    byte[] config = talk.push(Documents.config(4));
                    Map<String, Object> image = Documents.manifest(config, talk.push(talk.bytes(9)));
                    Map<String, Object> descriptor = Documents.descriptor("application/vnd.oci.image.config.v1+json", config);
                    descriptor.put("data", Base64.getEncoder().encodeToString(config));
                    image.put("config", descriptor);
                    taken(talk, bytes(image), OCI_MANIFEST);
                }),
                must(PART, "fields that nobody knows are kept", talk -> {
                    Map<String, Object> image = Documents.manifest(talk.push(Documents.config(5)), talk.push(talk.bytes(9)));
                    image.put("org.example.unknown", Map.of("kept", true));
                    taken(talk, bytes(image), OCI_MANIFEST);
                }),
                may(PART, "layers that may not be distributed, and aren't there", talk -> {
                    Map<String, Object> image = Documents.manifest(talk.push(Documents.config(6)));
                    Map<String, Object> elsewhere = Documents.descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar", talk.bytes(9));
                    elsewhere.put("urls", List.of("https://example.com/layer"));
                    image.put("layers", List.of(elsewhere));
                    taken(talk, bytes(image), OCI_MANIFEST);
                }),
                must(PART, "an index of images", talk -> taken(talk, bytes(Documents.index(OCI_MANIFEST, talk.pushImage())), OCI_INDEX)),
                must(PART, "an index of nothing", talk -> taken(talk, bytes(Documents.index(OCI_MANIFEST)), OCI_INDEX)),
                must(PART, "an index of indexes", talk -> {
                    byte[] inner = bytes(Documents.index(OCI_MANIFEST, talk.pushImage()));
                    talk.put(digest(inner), inner, OCI_INDEX).is(201);
                    taken(talk, bytes(Documents.index(OCI_INDEX, inner)), OCI_INDEX);
                }),
                must(PART, "an index with a type of its own", talk -> {
                    Map<String, Object> index = Documents.index(OCI_MANIFEST, talk.pushImage());
                    index.put("artifactType", ARTIFACT);
                    taken(talk, bytes(index), OCI_INDEX);
                }),
                must(PART, "what is about another manifest says so by OCI-Subject", talk -> {
                    byte[] image = talk.pushImage();
                    talk.push(Documents.EMPTY_JSON);
                    byte[] artifact = bytes(Documents.artifact(ARTIFACT, talk.push(talk.bytes(9)), image));
                    talk.put(digest(artifact), artifact, OCI_MANIFEST).is(201).has("OCI-Subject", digest(image).value());
                    Map<String, Object> index = Documents.index(OCI_MANIFEST, image);
                    index.put("subject", Documents.descriptor(OCI_MANIFEST, image));
                    byte[] about = bytes(index);
                    talk.put(digest(about), about, OCI_INDEX).is(201).has("OCI-Subject", digest(image).value());
                }),
                must(PART, "what is about a manifest that isn't there is taken", talk -> {
                    talk.push(Documents.EMPTY_JSON);
                    taken(talk, bytes(Documents.artifact(ARTIFACT, talk.push(talk.bytes(9)), talk.bytes(10))), OCI_MANIFEST);
                }),
                must(PART, "the tag that older clients list referrers by", talk -> {
                    byte[] image = talk.pushImage();
                    talk.push(Documents.EMPTY_JSON);
                    byte[] artifact = bytes(Documents.artifact(ARTIFACT, talk.push(talk.bytes(9)), image));
                    talk.put(digest(artifact), artifact, OCI_MANIFEST).is(201);
                    byte[] list = bytes(Documents.index(OCI_MANIFEST, artifact));
                    String tag = digest(image).value().replace(':', '-');
                    talk.put(tag, list, OCI_INDEX).is(201);
                    talk.send("GET", talk.manifest(tag), "Accept", OCI_INDEX).is(200).body(list);
                }),
                may(PART, "an image and an index by sha512, with all that is in them", talk -> {
                    byte[] image = talk.pushImageBySha512();
                    byte[] index = bytes(Map.of("schemaVersion", 2, "mediaType", OCI_INDEX, "manifests", List.of(Documents.descriptorBySha512(OCI_MANIFEST, image))));
                    talk.put(sha512(index), index, OCI_INDEX).is(201).hasIfAny("Docker-Content-Digest", sha512(index)).location();
                    keptBySha512(talk, image, OCI_MANIFEST);
                    keptBySha512(talk, index, OCI_INDEX);
                    talk.put("by-tag", index, OCI_INDEX).is(201);
                    talk.send("GET", talk.manifest("by-tag"), "Accept", OCI_INDEX).is(200).body(index);
                }),
                may(PART, "a manifest by sha512 that isn't its own is 400", talk -> {
                    byte[] image = talk.pushImage();
                    talk.put(sha512(talk.bytes(9)), image, OCI_MANIFEST).is(400).error("DIGEST_INVALID", "MANIFEST_INVALID");
                    talk.send("GET", talk.manifest(sha512(talk.bytes(9)))).is(404).error("MANIFEST_UNKNOWN");
                }),
                may(PART, "a manifest of blobs by sha512 that aren't there is refused with MANIFEST_BLOB_UNKNOWN", talk -> talk.put(
                        "sparse", Documents.imageBySha512(talk.pushBySha512(Documents.config(9)), talk.bytes(9)), OCI_MANIFEST).is(400, 404).error("MANIFEST_BLOB_UNKNOWN")),
                must(PART, "a tag comes to mean another image", talk -> {
                    byte[] before = talk.pushImage("moving");
                    byte[] after = Documents.image(talk.push(Documents.config(8)), talk.push(talk.bytes(201)));
                    talk.put("moving", after, OCI_MANIFEST).is(201);
                    talk.send("GET", talk.manifest("moving"), "Accept", OCI_MANIFEST).is(200).body(after);
                    talk.send("GET", talk.manifest(digest(before)), "Accept", OCI_MANIFEST).is(200).body(before);
                }));
    }

    private static void taken(RegistryTalk talk, byte[] document, String type) throws Exception {
        talk.put("kept", document, type).is(201).location();
        talk.put(digest(document), document, type).is(201).location();
        kept(talk, document, type);
    }

    private static void keptBySha512(RegistryTalk talk, byte[] document, String type) throws Exception {
        talk.send("HEAD", talk.manifest(sha512(document)), "Accept", type).is(200).has("Content-Length", Integer.toString(document.length));
        talk.send("GET", talk.manifest(sha512(document)), "Accept", type).is(200).has("Content-Type", type).hasIfAny("Docker-Content-Digest", sha512(document)).body(document);
    }

    private static void kept(RegistryTalk talk, byte[] document, String type) throws Exception {
        talk.send("GET", talk.manifest(digest(document)), "Accept", type).is(200).has("Content-Type", type).body(document);
    }
}
