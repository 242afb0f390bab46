package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersTest {
    /** As generated clients ask where the contract knows no other body. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application/problem+json | application/problem+json, application/json",
        "text/plain | text/plain",
        "application/json, application/problem+json | application/json, application/problem+json, application/json"
    })
    void whoeverTakesAProblemTakesJson(String asked, String handedOn) {
        MultiMap to = MultiMap.caseInsensitiveMultiMap();
        Headers.copyRequest(MultiMap.caseInsensitiveMultiMap().add("Accept", asked), to);
        assertThat(to.get("accept")).isEqualTo(handedOn);
    }
}
