package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.RegistryCredentials;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a client says it is at another registry. */
class RegistryAuthTest {
    @Test
    void isReadPaddedOrNotInEitherAlphabet() {
        String json = "{\"username\":\"me\",\"password\":\"ü?>\",\"serveraddress\":\"host:5\"}";
        for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getUrlEncoder(), Base64.getUrlEncoder().withoutPadding(), Base64.getEncoder()}) {
            assertThat(RegistryAuth.read(encoder.encodeToString(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)))).contains(new RegistryCredentials("me", "ü?>", null, null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{\"username\":\"\",\"password\":\"\"}"})
    void nobodyIsNobody(String json) {
        assertThat(RegistryAuth.read(Base64.getUrlEncoder().encodeToString(json.getBytes()))).isEmpty();
        assertThat(RegistryAuth.read(null)).isEmpty();
        assertThat(RegistryAuth.read("")).isEmpty();
    }

    @Test
    void tokensAreTakenToo() {
        assertThat(RegistryAuth.read(Base64.getUrlEncoder().encodeToString("{\"identitytoken\":\"i\",\"registrytoken\":\"r\"}".getBytes())))
                .contains(new RegistryCredentials(null, null, "i", "r"));
        assertThat(RegistryAuth.read(Base64.getUrlEncoder().encodeToString("{\"auth\":\"bWU6aXQ=\"}".getBytes()))).contains(new RegistryCredentials("me", "it", null, null));
    }

    @Test
    void whatIsBrokenIsNotRepeated() {
        assertThatThrownBy(() -> RegistryAuth.read("secret?")).isInstanceOf(DockerRefusal.class).hasMessage("X-Registry-Auth is no JSON in base64url");
    }

    @ParameterizedTest
    @CsvSource({"host:5, host:5", "https://host:5/v1/, host:5", "http://registry.example, registry.example"})
    void anAddressIsAHost(String address, String host) {
        assertThat(RegistryAuth.host(address)).isEqualTo(host);
    }
}
