package io.gantry.image.remote.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.contracts.view.RegistryLogin;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which registry a name says. */
class RemoteNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "host:5000/shop/web:1 | | host:5000/shop/web:1", "registry.example/web | | registry.example/web:latest", "localhost/web:1 | | localhost/web:1",
        "shop/web:1 | | ", "web | | ", "web:1 | other.example | other.example/web:1", "shop/web:1 | other.example:5/mirror/ | other.example:5/mirror/shop/web:1",
        "host:5000/web:1 | other.example | host:5000/web:1"
    })
    void byItsFirstPart(String name, String unnamed, String expected) {
        assertThat(RemoteName.of(ImageRef.parse(name), Optional.ofNullable(unnamed)).map(RemoteName::toString)).isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hub/shop/web:1 | other.example:5/shop/web:1", "team/web | other.example/folder/web:latest", "hub | ", "hubs/web:1 | ", "other.example/hub/web:1 | "
    })
    void aMirrorsNameMeansAnothers(String name, String expected) {
        Map<String, String> mirrors = Map.of("hub", "other.example:5", "team", "other.example/folder/");
        assertThat(RemoteName.through(mirrors, ImageRef.parse(name)).map(RemoteName::toString)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void aDigestIsAskedForByItself() {
        String digest = "sha256:" + "a".repeat(64);
        assertThat(RemoteName.of(ImageRef.parse("host:5/web:1@" + digest), Optional.empty())).contains(new RemoteName("host:5", "web", digest));
    }

    @Test
    void whoWeAreIsNotToldByAccident() {
        RegistryCredentials given = new RegistryCredentials("me", "secret", "secret", "secret");
        assertThat(given.toString() + Credentials.of(given) + new RegistryLogin("host", given)).doesNotContain("secret").doesNotContain("me,");
    }
}
