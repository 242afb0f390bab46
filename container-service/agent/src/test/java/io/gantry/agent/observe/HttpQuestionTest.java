package io.gantry.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.unit.Ipv4;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class HttpQuestionTest {
    private static final Ipv4 HERE = Ipv4.parse("127.0.0.1");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private final HttpQuestion question = new HttpQuestion();
    private OddServer server;

    @BeforeEach
    void begin() throws Exception {
        server = new OddServer();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    void anAnswerIsItsStatus() throws Exception {
        assertThat(question.ask(HERE, server.port(), "/health", TIMEOUT))
                .isEqualTo(new Answer(true, 0, "GET http://127.0.0.1:" + server.port() + "/health answered 200"));
    }

    @Test
    void aHeadAloneIsNoAnswerAndItsConnectionIsGivenUp() throws Exception {
        server.hangs = true;
        assertThat(question.ask(HERE, server.port(), "/health", Duration.ofMillis(300))).isEqualTo(new Answer(false, -1, "no answer within 300 ms"));
        assertThat(server.left.poll(10, TimeUnit.SECONDS)).isEqualTo("/health");
    }

    @Test
    void nobodyThereIsABadAnswer() throws Exception {
        server.close();
        assertThat(question.ask(HERE, server.port(), "/", TIMEOUT)).satisfies(answer -> {
            assertThat(answer.good()).isFalse();
            assertThat(answer.output()).startsWith("127.0.0.1:" + server.port() + ": ").doesNotContain("null");
        });
    }

    @ParameterizedTest
    @CsvSource({"/a|b,/a%7Cb", "/{x},/%7Bx%7D", "/%zz,/%25zz", "/100%,/100%25", "/%41%4,/%41%254", "/a[1]?b[2],/a%5B1%5D?b[2]", "/~a;b=c?d=e&f,/~a;b=c?d=e&f"})
    void asksForAPathAsAUrlHasIt(String path, String target) throws Exception {
        assertThat(question.ask(HERE, server.port(), path, TIMEOUT).good()).isTrue();
        assertThat(server.targets.poll()).isEqualTo(target);
    }

    @Test
    void asksForEveryPathThatASpecMayName() {
        String path = IntStream.rangeClosed('!', '~').filter(c -> c != '#').mapToObj(Character::toString).collect(Collectors.joining("", "/", ""));
        assertThat(Probe.http(80, path).path()).isEqualTo(path);
        URI uri = URI.create("http://10.1.0.2:80" + HttpQuestion.quoted(path));
        assertThat(uri.getPath() + "?" + uri.getQuery()).isEqualTo(path);
    }
}
