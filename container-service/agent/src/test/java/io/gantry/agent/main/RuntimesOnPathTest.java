package io.gantry.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RuntimeClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimesOnPathTest {
    @TempDir private Path folder;
    private Path first;
    private Path second;

    @BeforeEach
    void make() throws Exception {
        first = Files.createDirectory(folder.resolve("first"));
        second = Files.createDirectory(folder.resolve("second"));
    }

    private RuntimeClasses found() throws InterruptedException {
        return RuntimesOnPath.of("relative:" + first + ":" + second);
    }

    private static void program(Path place, String says) throws Exception {
        Files.writeString(place, "#!/bin/sh\n[ \"$*\" = --version ] && printf '" + says + "'\n");
        assertThat(place.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void theFirstCrunThatCanBeExecutedIsAskedForItsVersion() throws Exception {
        Files.writeString(first.resolve("crun"), "no program");
        program(second.resolve("crun"), "crun version 1.8.1\\ncommit: f8a0\\n+SYSTEMD +SECCOMP +YAJL\\n");
        assertThat(found().others()).containsExactly(new OciRuntime("crun", second.resolve("crun").toString(), "1.8.1"));
    }

    @Test
    void oneWithoutFiltersOfSystemCallsAndAnotherProgramOfItsNameAreNotOffered() throws Exception {
        program(first.resolve("crun"), "crun version 1.8.1\\n+CAP +YAJL\\n");
        assertThat(found()).isEqualTo(RuntimeClasses.OWN);
        program(first.resolve("crun"), "something else\\n");
        assertThat(found()).isEqualTo(RuntimeClasses.OWN);
    }

    @Test
    void withoutCrunThereIsTheAgentsOwnClassAlone() throws Exception {
        program(first.resolve("runc"), "runc version 1.1.5\\n");
        assertThat(found()).isEqualTo(RuntimeClasses.OWN);
        assertThat(RuntimesOnPath.of(null)).isEqualTo(RuntimeClasses.OWN);
    }
}
