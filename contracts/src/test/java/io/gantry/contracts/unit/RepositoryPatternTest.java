package io.gantry.contracts.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPatternTest {
    @ParameterizedTest
    @CsvSource({
        "shop/web, shop/web, true", "shop/web, shop/web2, false", "shop/web, a/shop/web, false",
        "shop/*, shop/web, true", "shop/*, shop/web/api, false", "shop/*, shop, false", "shop/*, shops/web, false",
        "shop/**, shop/web, true", "shop/**, shop/web/api, true", "shop/**, shop, false",
        "**, a, true", "**, registry.example.com:5000/a/b, true", "*, a, true", "*, a/b, false",
        "**/web, shop/web, true", "**/web, a/b/web, true", "**/web, web, false", "*/w*b, shop/wb, true", "*/w*b, shop/web, true", "*/w*b, shop/w/b, false",
        "registry.example.com:5000/**, registry.example.com:5000/a, true", "a.b, aXb, false"
    })
    void meansWhatItSays(String pattern, String repository, boolean matches) {
        assertThat(new RepositoryPattern(pattern).matches(repository)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "shop/web;", "shop web", "[a-z]", "shop/@"})
    void refusesWhatNamesNone(String text) {
        assertThatThrownBy(() -> new RepositoryPattern(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("names no repositories");
    }

    @Test
    void isDoneSoonHoweverManyStarsItHas() {
        RepositoryPattern pattern = new RepositoryPattern("*a".repeat(100) + "**b");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(2), () -> assertThat(pattern.matches("a".repeat(255))).isFalse());
    }
}
