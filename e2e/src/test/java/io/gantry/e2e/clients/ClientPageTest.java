package io.gantry.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientPageTest {
    private static ClientPage page() {
        ClientPage page = new ClientPage();
        page.put(Client.REFUSED, "`docker run --x \\| y`", "x is not supported yet: leave it out");
        page.put("docker", "waits for the exit code", "[DockerLife](x)");
        page.put("docker", "an end", "[DockerLife](x)");
        return page;
    }

    @Test
    void whatIsWrittenIsReadAgainInItsOrderWithWhatIsRefusedAtTheEnd() {
        String text = page().text();
        assertThat(text).endsWith("""

                ## docker

                | case | in |
                |---|---|
                | an end | [DockerLife](x) |
                | waits for the exit code | [DockerLife](x) |

                ## Refused by name

                | asked | answered |
                |---|---|
                | `docker run --x \\| y` | x is not supported yet: leave it out |
                """);
        assertThat(ClientPage.of(text).text()).isEqualTo(text);
    }

    @Test
    void aRunOfSomeIsHeldToTheirRows() {
        ClientPage run = new ClientPage();
        run.put("docker", "an end", "[DockerLife](x)");
        assertThat(run.missingIn(page())).isEmpty();
        run.put("docker", "a new one", "[DockerLife](x)");
        run.put(Client.REFUSED, "`docker run --x \\| y`", "x is not supported yet: say z");
        assertThat(run.missingIn(page())).containsExactly(
                "Refused by name: | `docker run --x \\| y` | x is not supported yet: say z |", "docker: | a new one | [DockerLife](x) |");
    }
}
