package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.clients.ClientCases;
import io.gantry.e2e.stage.Busybox;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * dockerode from npm, unmodified, by cases of our own: its own suite isn't in its package. {@code script/packages.sh} has the library; node's own test runner runs
 * the cases and says which failed.
 */
@Client("dockerode")
interface Dockerode {
    Path LIBRARY = Path.of("../.gantry/tools/dockerode/node_modules").toAbsolutePath().normalize();

    Shell shell();

    @ParameterizedTest
    @ValueSource(strings = {"daemon", "containers", "streams", "images", "networks"})
    default void dockerodeDoesItsWork(String cases) {
        var run = shell().run("NODE_PATH=" + LIBRARY + " IMAGE=" + Busybox.IMAGE + " node --test --test-reporter=tap src/test/node/dockerode/cases/" + cases + ".js");
        assertThat(run.out()).as(run.err()).contains("# pass").contains("# fail 0").contains("# skipped 0");
        assertThat(run.code()).isZero();
        Pattern.compile("(?m)^ *ok \\d+ - (.*)(?<!\\.js)$").matcher(run.out()).results().forEach(passed -> ClientCases.passed(Dockerode.class, passed.group(1)));
    }
}
