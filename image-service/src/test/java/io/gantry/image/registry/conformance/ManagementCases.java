package io.gantry.image.registry.conformance;

import static io.gantry.image.registry.conformance.ConformanceCase.may;
import static io.gantry.image.registry.conformance.ConformanceCase.must;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_MANIFEST;
import static io.gantry.image.registry.conformance.RegistryTalk.digest;
import static io.gantry.image.registry.conformance.RegistryTalk.sha512;

import io.gantry.image.registry.conformance.RegistryTalk.Told;
import java.util.List;

/** What is taken out again. */
final class ManagementCases {
    private static final String PART = "Content management";

    private ManagementCases() {}

    static List<ConformanceCase> all() {
        return List.of(
                may(PART, "a tag is deleted, and what it named stays", talk -> {
                    byte[] image = talk.pushImage("gone", "stays");
                    talk.send("DELETE", talk.manifest("gone")).is(202);
                    talk.send("GET", talk.manifest("gone"), "Accept", OCI_MANIFEST).is(404);
                    talk.send("GET", talk.manifest("stays"), "Accept", OCI_MANIFEST).is(200);
                    talk.send("GET", talk.manifest(digest(image)), "Accept", OCI_MANIFEST).is(200);
                }),
                must(PART, "a tag that can't be deleted is 400 or 405 with UNSUPPORTED", talk -> {
                    talk.pushImage("gone");
                    Told told = talk.send("DELETE", talk.manifest("gone")).is(202, 400, 405);
                    if (told.status() != 202) {
                        told.error("UNSUPPORTED");
                    }
                }),
                must(PART, "a manifest is deleted with its tags", talk -> {
                    byte[] image = talk.pushImage("one", "two");
                    talk.send("DELETE", talk.manifest(digest(image))).is(202);
                    talk.send("GET", talk.manifest(digest(image)), "Accept", OCI_MANIFEST).is(404);
                    talk.send("GET", talk.manifest("one"), "Accept", OCI_MANIFEST).is(404);
                    Told tags = talk.send("GET", "/v2/" + talk.repository + "/tags/list").is(200, 404);
                    if (tags.status() == 200 && !tags.json().path("tags").isEmpty()) {
                        throw new AssertionError("tags are left");
                    }
                }),
                may(PART, "a manifest by sha512 is deleted", talk -> {
                    byte[] image = talk.pushImageBySha512();
                    talk.send("DELETE", talk.manifest(sha512(image))).is(202);
                    talk.send("GET", talk.manifest(sha512(image))).is(404);
                    talk.send("DELETE", talk.manifest(sha512(image))).is(404);
                }),
                must(PART, "a manifest that isn't there is 404 on DELETE", talk -> {
                    talk.pushImage();
                    talk.send("DELETE", talk.manifest(digest(talk.bytes(9)))).is(404);
                }),
                must(PART, "a blob that nothing needs is deleted", talk -> {
                    byte[] blob = talk.push(talk.bytes(300));
                    talk.send("DELETE", talk.blob(blob)).is(202);
                    talk.send("GET", talk.blob(blob)).is(404);
                }),
                must(PART, "an image's blobs are deleted after it", talk -> {
                    byte[] image = talk.pushImage();
                    talk.send("DELETE", talk.manifest(digest(image))).is(202);
                    talk.send("DELETE", talk.blob(talk.bytes(200))).is(202);
                    talk.send("GET", talk.blob(talk.bytes(200))).is(404);
                }),
                must(PART, "a blob that isn't there is 404 on DELETE", talk -> {
                    talk.push(talk.bytes(300));
                    talk.send("DELETE", talk.blob(talk.bytes(9))).is(404);
                }),
                may(PART, "a blob that an image needs isn't deleted", talk -> {
                    talk.pushImage();
                    talk.send("DELETE", talk.blob(talk.bytes(200))).is(405);
                    talk.send("GET", talk.blob(talk.bytes(200))).is(200);
                }));
    }
}
