package io.gantry.contracts.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ContainerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/openapi.json} is what the table and the records say: {@code -Dgantry.golden=write} writes it anew. */
class OpenApiTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/openapi.json");

    @Test
    void theDocumentSaysWhatTheTableAndTheRecordsSay() throws IOException {
        String expected = OpenApi.document(Operations.all()).toPrettyString() + "\n";
        if ("write".equals(System.getProperty("gantry.golden"))) {
            Files.writeString(DOCUMENT, expected);
        }
        assertThat(DOCUMENT).as("run with -Dgantry.golden=write").exists();
        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    @Test
    void everyOperationHasANameAndAPlaceOfItsOwn() {
        assertThat(Operations.all()).extracting(Operation::name).doesNotHaveDuplicates();
        assertThat(Operations.all()).extracting(one -> one.method() + " " + one.path()).doesNotHaveDuplicates();
        assertThat(Operations.all()).allSatisfy(one -> assertThat(one.answers()).as(one.name()).isNotEmpty());
    }

    @Test
    void whatIsReadHasNoOtherFieldsAndWhatIsWrittenMayGetSome() {
        var schemas = OpenApi.document(Operations.all()).path("components").path("schemas");
        assertThat(schemas.path("ContainerRequest").path("additionalProperties").isBoolean()).isTrue();
        assertThat(schemas.path("ContainerSpec").path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(schemas.path("ContainerView").has("additionalProperties")).isFalse();
        assertThat(schemas.path("ContainerView").path("required").toString()).contains("\"ready\"", "\"restarts\"");
        assertThat(schemas.path("ContainerView").path("properties").size()).isEqualTo(ContainerView.class.getRecordComponents().length);
    }

    @Test
    void everyKindOfACaseIsNamedInIt() {
        var schemas = OpenApi.document(Operations.all()).path("components").path("schemas");
        var mount = schemas.path("Mount");
        assertThat(mount.path("discriminator").path("propertyName").asText()).isEqualTo("kind");
        assertThat(mount.path("oneOf").size()).isEqualTo(mount.path("discriminator").path("mapping").size()).isGreaterThan(3);
        mount.path("discriminator").path("mapping").properties().forEach(one -> {
            var alternative = schemas.path(one.getValue().asText().replaceFirst(".*/", ""));
            assertThat(alternative.path("properties").path("kind").path("const").asText()).isEqualTo(one.getKey());
            assertThat(alternative.path("required").get(0).asText()).isEqualTo("kind");
        });
    }

    @Test
    void everyProblemIsOfAnOperation() {
        String document = OpenApi.document(Operations.all()).toString();
        // what only comes where there is no operation, or inside a stream
        assertThat(ProblemType.values())
                .filteredOn(type -> type != ProblemType.METHOD_NOT_ALLOWED && type != ProblemType.BUILD_FAILED)
                .allSatisfy(type -> assertThat(document).contains("\"" + type.uri() + "\""));
    }
}
