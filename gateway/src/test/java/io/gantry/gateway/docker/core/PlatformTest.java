package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"-, amd64", "linux, amd64", "linux/amd64, amd64", "linux/x86_64, amd64", "linux/arm64/v8, arm64", "linux/aarch64, arm64"})
    void takesTheImagesOwn(String asked, String architecture) {
        Platform.check(asked, architecture, "web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/arm64", "windows/amd64", "amd64", "linux/", "linux/amd64/v3"})
    void refusesAnotherOne(String asked) {
        assertThatThrownBy(() -> Platform.check(asked, "amd64", "web"))
                .hasMessage("image web is for linux/amd64, not for " + asked + ": leave --platform out, or push an image for it");
    }
}
