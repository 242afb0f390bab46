package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.VolumeMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Secrets and configs as files in real containers: in memory, read-only, renewed as they run. */
@Timeout(60)
class KeptIT {
    private static final String FIRST = "correct-horse-0b1f";
    private static final String SECOND = "battery-staple-77e2";
    @AutoClose private static final TestHost host = TestHost.make();
    private ContainerId id = TestHost.newId();

    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    private static KeptFiles contents(String secret) {
        return new KeptFiles(List.of(
                new KeptFiles.One("secret", "db", secret.getBytes(StandardCharsets.UTF_8)),
                new KeptFiles.One("config", "app", "level=info\n".getBytes(StandardCharsets.UTF_8))));
    }

    private RunRequest request(ContainerSpec spec, List<VolumeMount> volumes) {
        RunRequest plain = host.request(id, spec, volumes);
        return new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), contents(FIRST));
    }

    private void start(String script, Mount... mounts) throws Exception {
        start(TestHost.shell(script).but().mounts(List.of(mounts)).build());
    }

    private void start(ContainerSpec spec) throws Exception {
        host.runtime.start(request(spec, List.of()));
    }

    private void renew(String secret, long number) {
        host.runtime.renew(request(TestHost.shell("true"), List.of()).container().withFiles(number), contents(secret));
    }

    @Test
    void haveTheirContentOwnerAndMode() throws Exception {
        start(
                "for f in /run/secrets/db /etc/app/db.key /run/configs/app; do stat -L -c '%u:%g %a' $f; cat $f; done; ls /run/gantry/files | wc -l",
                Mount.Secret.named("db"), new Mount.Secret("db", "/etc/app/db.key", 0440, 33, 40, null), Mount.Config.named("app"));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).isEqualTo("0:0 400\n" + FIRST + "33:40 440\n" + FIRST + "0:0 444\nlevel=info\n3\n");
    }

    @Test
    void belongToTheUserThatTheContainerRunsAs() throws Exception {
        start(TestHost.shell("cat /run/secrets/db; stat -L -c ' %u:%g' /run/secrets/db").but().user("web").mounts(List.of(Mount.Secret.named("db"))).build());
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).isEqualTo(FIRST + " 33:34\n");
    }

    @Test
    void areVariablesOfTheCommandWhereThatIsAsked() throws Exception {
        start(
                TestHost.shell("printf '%s|%s|' \"$TOKEN\" \"$PLAIN\"; cat /etc/key").but().env(Map.of("TOKEN", "the spec's", "PLAIN", "p"))
                        .mounts(List.of(new Mount.Secret("db", "/etc/key", null, null, null, null, "TOKEN"))).build());
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).isEqualTo(FIRST + "|p|" + FIRST);
    }

    @Test
    void whatIsNoTextIsNoVariable() throws Exception {
        RunRequest plain = host.request(id, TestHost.shell("true").but().mounts(List.of(new Mount.Secret("db", null, null, null, null, null, "TOKEN"))).build());
        for (byte[] content : List.of(new byte[] {'a', 0}, new byte[] {(byte) 0xff})) {
            KeptFiles files = new KeptFiles(List.of(new KeptFiles.One("secret", "db", content)));
            assertThatThrownBy(() -> host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), files)))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("secret 'db' can be no variable: its content isn't text in UTF-8 without U+0000");
        }
        KeptFiles tooLong = new KeptFiles(List.of(new KeptFiles.One("secret", "db", "x".repeat(131_066).getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(() -> host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), tooLong)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("secret 'db' can be no variable: it has 131066 bytes");
        KeptFiles longest = new KeptFiles(List.of(new KeptFiles.One("secret", "db", "x".repeat(131_065).getBytes(StandardCharsets.UTF_8))));
        host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), longest));
        assertThat(host.awaitEnd(id).code()).isZero();
    }

    @Test
    void nobodyInsideChangesThem() throws Exception {
        start(
                "d=/run/gantry/files; echo x > /run/secrets/db; chmod 777 $d/0-db; rm $d/0-db; touch $d/x; mount -o remount,rw $d; cat /run/secrets/db; grep -c \" $d ramfs ro,nosuid,nodev,noexec\" /proc/mounts",
                Mount.Secret.named("db"));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).contains("Read-only file system", FIRST + "1\n");
    }

    @Test
    void areNowhereOnTheDiskAndInNothingThatIsTold() throws Exception {
        start("cat /run/secrets/db > /dev/null; echo up; sleep 1000", new Mount.Secret("db", null, null, null, null, null, "TOKEN"));
        host.awaitOutput(id, "up");
        host.awaitFile(host.runtime.folders().explanation(id));
        host.awaitFile(host.runtime.folders().script(id));
        assertThat(mentioning(FIRST)).isEmpty();
        assertThat(mentioning("secret 'db'")).as("the search finds what is there").isNotEmpty();
        assertThat(Json.write(host.runtime.explain(id))).contains("0-db (18 bytes, 0400)").doesNotContain(FIRST);
        assertThat(host.runtime.script(id)).contains("${FILE_0?set it to the content of secret db}").doesNotContain(FIRST);
        renew(SECOND, 1);
        assertThat(mentioning(SECOND)).isEmpty();
        host.runtime.kill(id);
        host.awaitEnd(id);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    private static List<Path> mentioning(String text) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(host.folder)) {
            for (Path file : files.filter(Files::isRegularFile).filter(path -> !path.startsWith(host.layer)).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    @Test
    void areRenewedAsItRunsAndItIsToldOnce() throws Exception {
        String script = "trap 'echo told; cat /run/secrets/db; stat -L -c \" %u %a\" /run/secrets/db' HUP; echo up; while true; do sleep 0.05; done";
        start(script, new Mount.Secret("db", null, 0440, 33, null, "HUP"), Mount.Config.named("app"));
        host.awaitOutput(id, "up");

        renew(SECOND, 1);
        host.awaitOutput(id, SECOND + " 33 440");
        assertThat(host.runtime.files(id)).hasValue(1);
        renew(SECOND, 2);
        assertThat(host.runtime.files(id)).hasValue(2);
        renew(FIRST, 3);
        host.awaitOutput(id, FIRST + " 33 440");

        assertThat(host.output(id)).isEqualTo("up\ntold\n" + SECOND + " 33 440\ntold\n" + FIRST + " 33 440\n");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    /** It sees one content or the other, never a part of one, nor none. */
    @Test
    void areAlwaysWhole() throws Exception {
        start("echo up; while true; do cat /run/secrets/db && echo; done", Mount.Secret.named("db"));
        host.awaitOutput(id, "up");
        for (int i = 1; i <= 200; i++) {
            renew(i % 2 == 0 ? FIRST : SECOND, i);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
        List<String> seen = host.output(id).lines().skip(1).toList();
        // its end may have come in the middle of a line
        assertThat(seen.subList(0, seen.size() - 1)).contains(FIRST, SECOND).allMatch(line -> line.equals(FIRST) || line.equals(SECOND));
    }

    @Test
    void aLaterAgentRenewsThemToo() throws Exception {
        start("trap 'cat /run/secrets/db; echo' USR1; echo up; while true; do sleep 0.05; done", new Mount.Secret("db", null, null, null, null, "USR1"));
        host.awaitOutput(id, "up");
        renew(SECOND, 4);
        host.awaitOutput(id, SECOND);
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(host.runtime.files(id)).as("what it runs by").hasValue(4);
        renew("third-3c", 5);
        host.awaitOutput(id, "third-3c");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    /** The next agent is asked for the same again, and each signal comes after the content it tells of. */
    @Test
    void anAgentKilledAfterAnyDeedOfARenewalLeavesTheRestToTheNext() throws Exception {
        int deeds = deedsOfARenewal();
        assertThat(deeds).isEqualTo(9);
        for (int deed = 1; deed <= deeds; deed++) {
            id = TestHost.newId();
            startListening();
            host.runtime.close();
            assertThat(killedAfter(deed)).as("killed after deed %d", deed).isEqualTo(137);
            host.boot(StepListener.NONE);
            host.runtime.recover();
            if (host.runtime.files(id).getAsLong() < 1) {
                host.runtime.renew(request(TestHost.shell("true"), List.of()).container().withFiles(1), RenewingAgent.contents(SECOND));
            }
            host.awaitOutput(id, "hup " + SECOND);
            host.awaitOutput(id, "usr " + SECOND);
            assertThat(host.runtime.files(id)).hasValue(1);
            assertThat(host.output(id)).as("told of what wasn't there yet").doesNotContain(FIRST);
            host.runtime.kill(id);
            host.awaitEnd(id);
            host.runtime.remove(id);
        }
        assertThat(host.leftovers()).isEmpty();
    }

    private void startListening() throws Exception {
        ContainerSpec spec = TestHost.shell("trap 'echo hup $(cat /run/secrets/db)' HUP; trap 'echo usr $(cat /run/secrets/api)' USR1; echo up; while true; do sleep 0.05; done").but()
                .mounts(List.of(new Mount.Secret("db", null, null, null, null, "HUP"), new Mount.Secret("api", null, null, null, null, "USR1")))
                .build();
        RunRequest plain = host.request(id, spec);
        host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), RenewingAgent.contents(FIRST)));
        host.awaitOutput(id, "up");
    }

    private int deedsOfARenewal() throws Exception {
        AtomicInteger deeds = new AtomicInteger();
        host.runtime.close();
        host.boot(Means.usual().renewing(_ -> deeds.incrementAndGet()));
        startListening();
        host.runtime.renew(request(TestHost.shell("true"), List.of()).container().withFiles(1), RenewingAgent.contents(SECOND));
        host.runtime.kill(id);
        host.awaitEnd(id);
        host.runtime.remove(id);
        return deeds.get();
    }

    private int killedAfter(int deed) throws Exception {
        Path log = host.folder.resolve("agent.log");
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                        RenewingAgent.class.getName(), host.folder.toString(), host.node, id.value(), Integer.toString(deed), SECOND)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return agent.waitFor();
    }

    @Test
    void anUpdateOfLimitsDoesNotPassForARenewal() throws Exception {
        start("echo up; sleep 1000", Mount.Secret.named("db"));
        host.awaitOutput(id, "up");
        ContainerSpec spec = TestHost.shell("echo up; sleep 1000").but().mounts(List.of(Mount.Secret.named("db"))).resources(Resources.limits().pids(40).build()).build();
        assertThat(host.runtime.update(request(spec, List.of()).container().withFiles(7))).isEmpty();
        assertThat(host.runtime.files(id)).as("what it runs by").hasValue(0);
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void takeThePlaceOfAFileOfTheImageAndOfAnEarlierRun() throws Exception {
        Files.writeString(Files.createDirectories(host.layer.resolve("srv/conf")).resolve("key"), "the image's");
        for (int run = 0; run < 2; run++) {
            start("cat /srv/conf/key; echo", new Mount.Secret("db", "/srv/conf/key", null, null, null, null));
            assertThat(host.awaitEnd(id).code()).isZero();
            assertThat(host.output(id)).isEqualTo((FIRST + "\n").repeat(run + 1));
        }
        assertThat(host.layer.resolve("srv/conf/key")).hasContent("the image's");
    }

    @Test
    void aFileInAVolumeIsNotThrownAway() throws Exception {
        VolumeMount volume = new VolumeMount(new VolumeId("volume-01980000-0000-7000-8000-00000000000a"), "data", null, "/data", false, false, false, null);
        host.runtime.start(host.request(id, TestHost.shell("echo kept > /data/key"), List.of(volume)));
        assertThat(host.awaitEnd(id).code()).isZero();
        ContainerSpec spec = TestHost.shell("cat /data/other").but().mounts(List.of(new Mount.Secret("db", "/data/key", null, null, null, null))).build();
        assertThatThrownBy(() -> host.runtime.start(request(spec, List.of(volume)))).hasMessageContaining("symlink(\"/run/gantry/files/0-db\", \"/data/key\"): EEXIST (File exists)");
        assertThat(host.runtime.folders().volumes().resolve(volume.id().value()).resolve("data/key")).hasContent("kept");
        host.runtime.start(request(spec.but().mounts(List.of(new Mount.Secret("db", "/data/other", null, null, null, null))).build(), List.of(volume)));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).endsWith(FIRST);
    }
}
