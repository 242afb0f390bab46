package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.RestContract.Operation;
import io.gantry.e2e.observe.Rest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Everything that the published contract names is served, by whichever service, and answers as it says; the client holds every answer to it. */
interface RestContractHolds {
    Rest rest();

    /** Before it looks at anything else: what isn't known is refused by name, so that nothing happens. */
    @TestFactory
    default List<DynamicTest> aParameterThatTheContractDoesntKnowIsRefused() {
        return each("refuses another parameter", one -> true, one -> {
            HttpResponse<String> answer = rest().answer(one.method(), path(one) + "?unicorn=1", body(one));
            assertThat(answer.statusCode()).isEqualTo(400);
            if (!one.method().equals("HEAD")) {
                assertThat(answer.body()).contains("/problems/invalid-field", "\"field\":\"unicorn\"");
            }
        });
    }

    @TestFactory
    default List<DynamicTest> aFieldThatTheContractDoesntKnowIsRefused() {
        return each("refuses another field", RestContractHolds::takesJson, one -> {
            HttpResponse<String> answer = rest().answer(one.method(), path(one) + required(one), rest().contract().smallestBody(one).put("unicorn", 1).toString());
            // what tells as it goes says so in its only line
            assertThat(answer.statusCode()).isEqualTo(one.described().path("responses").path("200").path("content").has("application/x-ndjson") ? 200 : 400);
            assertThat(answer.body()).contains("/problems/invalid-field", "\"field\":\"unicorn\"");
        });
    }

    /** What has no effect when there is nothing of the name. The client checks the answer's status, kind of problem and body. */
    @TestFactory
    default List<DynamicTest> whatIsntThereIsAnsweredAsTheContractSays() {
        return each("answers", one -> one.path().contains("{") || one.method().equals("GET") && !one.name().equals("watchEvents"), one -> {
            HttpResponse<String> answer = rest().answer(one.method(), path(one) + required(one), body(one));
            assertThat(answer.statusCode()).isLessThan(500);
            assertThat(answer.body()).doesNotContain("there is nothing at this path", "there is no /api/v1");
            if (one.path().contains("{") && !one.method().equals("HEAD")) {
                assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
            }
        });
    }

    private List<DynamicTest> each(String what, Predicate<Operation> which, Consumer<Operation> test) {
        return rest().contract().operations().stream().filter(which).map(one -> DynamicTest.dynamicTest(one.name() + " " + what, () -> test.accept(one))).toList();
    }

    private static boolean takesJson(Operation one) {
        return one.described().path("requestBody").path("content").has("application/json");
    }

    private static String body(Operation one) {
        return takesJson(one) ? "{}" : null;
    }

    private static String path(Operation one) {
        String path = one.path().equals("/") ? "" : one.path();
        return path.replace("{reference}", "nobody/nowhere:0").replace("{id}", "0a").replaceAll("\\{\\w+}", "nobody");
    }

    /** The query parameters that must be there, each with something that it can be. */
    private static String required(Operation one) {
        return StreamSupport.stream(one.described().path("parameters").spliterator(), false)
                .filter(each -> each.path("in").asText().equals("query") && each.path("required").asBoolean())
                .map(each -> each.path("name").asText() + "=" + (each.path("schema").path("type").asText().equals("integer") ? "1" : "x"))
                .reduce("", (query, each) -> query.isEmpty() ? "?" + each : query + "&" + each);
    }
}
