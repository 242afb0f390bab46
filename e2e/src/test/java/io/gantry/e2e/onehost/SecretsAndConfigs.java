package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Files that the platform keeps: from the command line to a container's memory, and nowhere else. */
interface SecretsAndConfigs {
    String FIRST = "correct-horse-0b1f";
    String SECOND = "battery-staple-77e2";
    String LEVEL = "level=debug-4c1d9e";

    Shell shell();

    @Test
    default void aSecretIsRotatedUnderAContainerThatRunsAndIsWrittenDownNowhere() {
        shell().must("printf %s " + FIRST + " | gantry secret create db && printf %s " + LEVEL + " | gantry config create app");
        assertThat(shell().run("printf x | gantry secret create db").err()).contains("there is a secret 'db'", "gantry secret rotate db FILE");
        assertThat(shell().run("gantry run --secret other " + Busybox.IMAGE + " true").err()).contains("there is no secret 'other'", "gantry secret create other FILE");
        // what it writes goes into a log: the ends of the values tell them apart
        String script = "trap \"echo told \\$(tail -c 4 /etc/db)\" HUP; echo has $(tail -c 4 /etc/db); while true; do sleep 0.1; done";
        shell().must("gantry run -d --name holds --secret source=db,target=/etc/db,mode=0440,uid=33,gid=34,signal=HUP --config app " + Busybox.IMAGE + " sh -c '" + script + "'");
        awaitLog("holds", "has 0b1f");
        assertThat(shell().must("gantry exec holds cat /etc/db /run/configs/app")).isEqualTo(FIRST + LEVEL);
        assertThat(shell().must("gantry exec holds stat -L -c '%u:%g %a' /etc/db")).isEqualTo("33:34 440\n");
        assertThat(shell().run("gantry exec holds sh -c 'echo x > /etc/db'").err()).contains("Read-only file system");

        assertThat(shell().must("printf %s " + SECOND + " | gantry secret update db")).isEqualTo("db version 2\n");
        awaitLog("holds", "told 77e2");
        assertThat(shell().must("gantry exec holds cat /etc/db")).isEqualTo(SECOND);
        assertThat(shell().must("gantry secrets")).containsPattern("db +2 +19 B +holds");

        assertThat(shell().run("gantry secret rm db").err()).contains("secret 'db' is in use by container holds", "remove it first");
        assertToldNowhere("gantry secret inspect db", "gantry inspect holds", "gantry explain holds", "gantry explain --script holds", "docker inspect holds", "timeout 2 gantry events --after 2020-01-01T00:00:00Z");
        assertThat(shell().must("gantry config inspect app")).contains(base64(LEVEL));
        assertThat(filesWith(LEVEL)).as("the search finds what isn't sealed").contains("/data/backbone/");
        assertThat(filesWith(FIRST) + filesWith(SECOND)).isEmpty();

        shell().must("gantry rm -f holds && gantry secret rm db && gantry config remove app");
        assertThat(shell().must("gantry secrets -o name && gantry configs -o name")).isEmpty();
    }

    @Test
    default void aSecretIsRolledOutToReplicas() {
        shell().must("printf %s " + FIRST + " | gantry secret create key");
        shell().must("gantry deploy --secret key keeps " + Busybox.IMAGE + " -- sh -c 'echo has $(tail -c 4 /run/secrets/key); sleep 1000'");
        awaitReplica(1, "has 0b1f");
        assertThat(shell().must("printf %s " + SECOND + " | gantry secret rotate --roll-out keeps key")).isEqualTo("key version 2\nkeeps revision 2\n");
        awaitReplica(2, "has 77e2");
        shell().must("gantry deployment rm keeps && until gantry secret rm key; do sleep 0.2; done");
    }

    private void awaitReplica(int revision, String text) {
        String replica = "$(gantry rollout status keeps | awk 'NF > 4 && $2 == " + revision + " { print $3 }' | head -n 1)";
        shell().must("until gantry logs " + replica + " | grep '" + text + "' > /dev/null; do sleep 0.2; done");
    }

    private void awaitLog(String container, String text) {
        shell().must("until gantry logs " + container + " | grep '" + text + "' > /dev/null; do sleep 0.2; done");
    }

    private void assertToldNowhere(String... commands) {
        for (String command : commands) {
            Shell.Result said = shell().run(command);
            assertThat(said.out()).as(command).isNotEmpty();
            assertThat(said.out() + said.err()).as(command).doesNotContain(FIRST, SECOND, base64(FIRST), base64(SECOND));
        }
    }

    /** All of the installation's: database, broker, agent, images, logs. What vanishes while it is looked at was looked at before. */
    private String filesWith(String value) {
        return shell().run("find \"$GANTRY_HOME\" /run/gantry* -xdev -type f -print0 | xargs -0 grep -lF -e '" + value + "' -e '" + base64(value) + "'").out();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
