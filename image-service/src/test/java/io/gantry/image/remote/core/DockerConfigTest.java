package io.gantry.image.remote.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.RegistryCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    @ParameterizedTest
    @CsvSource({"registry.example.com, registry.example.com", "host:5000, http://host:5000/v2/", "docker.io, https://index.docker.io/v1/"})
    void findsTheRegistryHoweverItsKeyIsWritten(String registry, String key) {
        DockerConfig config = DockerConfig.parse("{\"auths\": {\"other\": {\"auth\": \"eDp5\"}, \"" + key + "\": {\"auth\": \"bWU6aXQ6aXM=\"}}}");
        assertThat(config.find(registry)).contains(new RegistryCredentials("me", "it:is", null, null));
        assertThat(config.find("nowhere")).isEmpty();
    }

    @Test
    void readsTokensAndNamesToo() {
        DockerConfig config = DockerConfig.parse("{\"auths\": {\"a\": {\"username\": \"me\", \"password\": \"it\", \"identitytoken\": \"t\"}}}");
        assertThat(config.find("a")).contains(new RegistryCredentials("me", "it", "t", null));
        assertThat(DockerConfig.parse("{}").find("a")).isEmpty();
    }

    @Test
    void programsAreRefusedByName() {
        assertThatThrownBy(() -> DockerConfig.parse("{\"credHelpers\": {\"a\": \"ecr-login\"}}").find("a")).hasMessageContaining("credHelpers leaves a to the program docker-credential-ecr-login");
        DockerConfig desktop = DockerConfig.parse("{\"auths\": {\"a\": {}}, \"credsStore\": \"desktop\"}");
        assertThatThrownBy(() -> desktop.find("a")).hasMessageContaining("credsStore leaves a to the program docker-credential-desktop");
        assertThat(desktop.find("b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"auths\": []}", "{"})
    void whatIsNoConfigIsRefused(String text) {
        assertThatThrownBy(() -> DockerConfig.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("it ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "bWU="})
    void aPairThatIsNoneIsRefused(String auth) {
        assertThatThrownBy(() -> DockerConfig.parse("{\"auths\": {\"a\": {\"auth\": \"" + auth + "\"}}}").find("a")).hasMessage("auths.a.auth is not base64 of name:password");
    }
}
