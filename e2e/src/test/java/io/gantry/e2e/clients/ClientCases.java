package io.gantry.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Notes what cases of {@link Client}s passed, and holds the page to it. A run of some of them is held to their rows, one of all to the whole page;
 * {@code -Dgantry.golden=write} writes those rows, or all.
 */
public final class ClientCases implements AfterTestExecutionCallback, AfterAllCallback {
    private static final Path PAGE = Path.of("../docs/reference/docker-clients.md");
    private static final ClientPage SEEN = new ClientPage();
    private static final Set<Method> RUN = new HashSet<>();

    /** @param words of the client itself for one of its cases */
    public static void passed(Class<?> where, String words) {
        SEEN.put(where.getAnnotation(Client.class).value(), words, link(where));
    }

    /** @param answer as the client printed it */
    public static void refused(String command, String answer) {
        SEEN.put(Client.REFUSED, "`" + command + "`", answer);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        client(method).ifPresent(client -> {
            if (context.getExecutionException().isPresent()) {
                return;
            }
            RUN.add(method);
            // these say themselves what they saw
            if (!client.value().equals(Client.REFUSED)) {
                String which = context.getDisplayName().startsWith("[") ? ": " + context.getDisplayName().replaceFirst("^\\[\\d+\\] ", "").replaceAll("(^|, )\\w+ ?= ?", "$1").replace("\"", "") : "";
                SEEN.put(client.value(), words(method.getName()) + which, link(method.getDeclaringClass()));
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        ClientPage page = ClientPage.of(Files.exists(PAGE) ? Files.readString(PAGE) : "");
        boolean whole = RUN.equals(Arrays.stream(context.getRequiredTestClass().getMethods()).filter(method -> client(method).isPresent()).collect(Collectors.toSet()));
        if ("write".equals(System.getProperty("gantry.golden"))) {
            page.putAll(SEEN);
            Files.writeString(PAGE, (whole ? SEEN : page).text());
        } else if (whole) {
            assertThat(Files.readString(PAGE)).as("run with -Dgantry.golden=write").isEqualTo(SEEN.text());
        } else {
            assertThat(SEEN.missingIn(page)).as("run with -Dgantry.golden=write").isEmpty();
        }
    }

    private static Optional<Client> client(Method method) {
        boolean test = Arrays.stream(method.getAnnotations()).anyMatch(one -> one.annotationType().getSimpleName().endsWith("Test"));
        return test
                ? Optional.ofNullable(method.getAnnotation(Client.class)).or(() -> Optional.ofNullable(method.getDeclaringClass().getAnnotation(Client.class)))
                : Optional.empty();
    }

    /** {@code waitsForTheExitCode}: waits for the exit code. */
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String link(Class<?> where) {
        return "[" + where.getSimpleName() + "](../../e2e/src/test/java/" + where.getName().replace('.', '/') + ".java)";
    }
}
