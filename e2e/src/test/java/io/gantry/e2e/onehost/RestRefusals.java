package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with a request, the answer is a problem with what, where and what to do; from every service, through the gateway. */
interface RestRefusals {
    String CURL = "curl -s -w '\\n%{http_code} %{content_type}' -H \"Authorization: Bearer $GANTRY_TOKEN\" ";

    Shell shell();

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "/containers; {\"spec\": {\"image\": \"a\", \"resources\": {\"memory\": \"64Mi\"}}}; spec.resources.memory",
        "/containers; {\"spec\": {\"image\": \"a\", \"memroy\": 5}}; spec.memroy",
        "/containers; {\"spec\": {\"image\": \"a\", \"hostname\": \"a b\"}}; spec.hostname",
        "/containers; {\"spec\": {\"image\": \"a\", \"stop\": {\"signal\": \"SIGNONE\"}}}; spec.stop.signal",
        "/containers; {\"spec\": {\"image\": \"a\", \"tty\": 1}}; spec.tty",
        "/containers; {\"spec\": {\"image\": \"a\", \"tty\": true, \"tty\": false}}; spec.tty",
        "/containers; {\"spec\": {\"image\": \"a\", \"security\": {\"capAdd\": [\"FLY\"]}}}; spec.security.capAdd[0]",
        "/containers; {\"spec\": {\"image\": \"a\", \"security\": {\"sysctls\": {\"kernel.sysrq\": \"1\"}}}}; spec.security.sysctls.kernel.sysrq",
        "/containers; {\"spec\": {\"image\": \"a\", \"security\": {\"privilege\": true}}}; spec.security.privilege",
        "/containers; {\"spec\": {\"image\": \"a\", \"runtime\": \"A b\"}}; spec.runtime",
        "/containers?start=true; {}; start",
        "/deployments; {\"name\": \"d\", \"spec\": {\"replicas\": 1, \"template\": {\"image\": \"a\", \"runtime\": \"kata\"}}}; spec.template.runtime",
        "/deployments; {\"name\": \"d\", \"spec\": {\"replicas\": 1, \"template\": {\"image\": \"a\", \"nodeName\": \"x\"}}}; spec.template.nodeName",
        "/deployments; {\"name\": \"d\", \"spec\": {\"replicas\": 1, \"template\": {\"image\": \"a\"}, \"rollout\": {\"drain\": \"PT-1S\"}}}; spec.rollout.drain",
        "/tags; {\"source\": \"a\", \"target\": \"../x\"}; target",
        "/deployments; {\"name\": \"d\", \"spec\": {\"replicas\": \"many\", \"template\": {\"image\": \"a\"}}}; spec.replicas",
        "/networks; {\"name\": \"n\", \"subnet\": 7}; subnet",
        "/rules; {\"name\": \"r\", \"spec\": 5}; spec",
        "/tags; {\"source\": [\"a\"]}; source",
        "/containers/x/execs; {\"command\": \"ls\"}; command"
    })
    default void aBadFieldIsNamed(String path, String body, String field) {
        assertThat(ask("POST", path, "-H 'Content-Type: application/json' --data-raw '" + body + "'"))
                .contains("/problems/invalid-field", "\"field\":\"" + field + "\"")
                .doesNotContain("io.gantry", "java.")
                .endsWith("\n400 application/problem+json");
    }

    @ParameterizedTest
    @CsvSource({"/containers", "/deployments", "/networks", "/rules", "/tags", "/containers/x/execs"})
    default void whatIsNotJsonOrEmptyIsRefused(String path) {
        assertThat(ask("POST", path, "-H 'Content-Type: application/json' --data-raw '{\"name'"))
                .contains("the body is not JSON", "line 1", "\"hint\":")
                .endsWith("\n400 application/problem+json");
        assertThat(ask("POST", path, "-H 'Content-Type: application/json'")).contains("\"detail\":").endsWith("\n400 application/problem+json");
    }

    @ParameterizedTest
    @CsvSource({"/containers?all=maybe,all", "/containers?limit=-1,limit", "/nodes?x=1,x", "/events?topic=x,topic", "/containers/x/logs?tail=-1,tail"})
    default void aParameterThatIsUnknownOrHasAnotherFormIsRefused(String path, String parameter) {
        assertThat(ask("GET", path, "")).contains("/problems/invalid-field", "\"field\":\"" + parameter + "\"").endsWith("\n400 application/problem+json");
    }

    @Test
    default void anotherPathMethodTypeOrSizeIsRefused() {
        assertThat(ask("GET", "/unicorns", "")).contains("/problems/not-found").endsWith("\n404 application/problem+json");
        assertThat(ask("GET", "/nodes/x/y/z", "")).contains("/problems/not-found").endsWith("\n404 application/problem+json");
        assertThat(ask("PATCH", "/containers", "")).contains("/problems/method-not-allowed").endsWith("\n405 application/problem+json");
        assertThat(ask("POST", "/containers", "-H 'Content-Type: text/plain' -d x"))
                .contains("/problems/unsupported-media-type")
                .endsWith("\n415 application/problem+json");
        assertThat(shell().must(env() + "head -c 5000000 /dev/zero | " + CURL + "--data-binary @- -H 'Content-Type: application/json' $GANTRY_URL/api/v1/containers"))
                .contains("/problems/too-large")
                .endsWith("\n413 application/problem+json");
    }

    private String ask(String method, String path, String options) {
        return shell().must(env() + CURL + options + " -X " + method + " \"$GANTRY_URL/api/v1" + path + "\"");
    }

    private static String env() {
        return "eval \"$(gantry env)\" && ";
    }
}
