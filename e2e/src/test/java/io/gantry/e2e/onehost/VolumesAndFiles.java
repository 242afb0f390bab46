package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** What containers keep, and files in and out, by the unmodified {@code docker} and by {@code gantry}. */
@Client("docker")
interface VolumesAndFiles {
    Shell shell();

    @Test
    default void memoryForFilesBesideAReadOnlyRoot() {
        String script = "sh -c 'touch /run/x && grep -c \" /run tmpfs .*size=1024k\" /proc/mounts; touch /x'";
        for (String client : new String[] {"docker", "gantry"}) {
            var result = shell().run(client + " run --rm --read-only --tmpfs /run:size=1m " + Busybox.IMAGE + " " + script);
            assertThat(result.out()).as(client).isEqualTo("1\n");
            assertThat(result.err()).as(client).contains("Read-only file system");
        }
        assertThat(shell().must("docker run --rm --mount type=tmpfs,target=/m,tmpfs-mode=0700 " + Busybox.IMAGE + " stat -c %a /m")).isEqualTo("700\n");
    }

    @Test
    default void aVolumeOutlivesItsContainers() {
        shell().must("docker volume create --label team=blue kept");
        shell().must("docker run --rm -v kept:/data " + Busybox.IMAGE + " sh -c 'echo hello > /data/file'");
        assertThat(shell().must("gantry run --rm -v kept:/elsewhere:ro " + Busybox.IMAGE + " cat /elsewhere/file")).isEqualTo("hello\n");
        assertThat(shell().must("docker volume inspect -f '{{.Labels.team}} {{.Driver}} {{.Status.node}}' kept").strip()).startsWith("blue local ");
        assertThat(shell().must("docker volume ls -q --filter label=team=blue")).isEqualTo("kept\n");
        assertThat(shell().must("gantry volume ls")).containsPattern("kept +\\S+ +- +6 B");

        shell().must("docker run -d --name holder -v kept:/data " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("docker inspect -f '{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.RW}}{{end}}' holder")).isEqualTo("volume kept /data true\n");
        assertThat(shell().run("docker volume rm kept").err()).contains("volume 'kept' is in use by container holder");
        assertThat(shell().run("gantry volume rm kept").err()).contains("volume 'kept' is in use by container holder", "remove it first");
        shell().must("docker rm -f holder");
        shell().must("docker volume rm kept");
        assertThat(shell().run("docker volume inspect kept").err()).contains("no such volume");
    }

    @Test
    default void aVolumeOfASizeHoldsNoMoreAndSaysWhatKeepsItSo() {
        shell().must("gantry volume create --size 16m small");
        assertThat(shell().must("gantry volume inspect small")).as("nobody knows before it is somewhere").doesNotContain("limitedBy");
        String fill = " sh -c 'dd if=/dev/zero of=/data/x bs=1M count=20 2>&1 | grep -cE \"No space|quota\"'";
        assertThat(shell().must("docker run --rm -v small:/data " + Busybox.IMAGE + fill)).isEqualTo("1\n");
        String keeper = shell().must("docker volume inspect -f '{{.Status.limitedBy}}' small").strip();
        assertThat(keeper).startsWith("a ");
        assertThat(shell().must("gantry volume inspect small")).contains("\"" + keeper + "\"");
        shell().must("docker volume rm small");
    }

    @Test
    default void whatNobodyHasNamedGoesWithItsContainerOrByPruning() {
        shell().must("docker run --rm -v /data " + Busybox.IMAGE + " touch /data/x");
        assertThat(shell().must("docker volume ls -q")).isEmpty();
        shell().must("docker run --name left -v /data " + Busybox.IMAGE + " touch /data/x");
        shell().must("docker rm left");
        assertThat(shell().must("docker volume ls -q --filter dangling=true").lines()).hasSize(1);
        assertThat(shell().must("docker volume prune -f")).contains("Deleted Volumes:", "Total reclaimed space");
        assertThat(shell().must("docker volume ls -q")).isEmpty();
        shell().must("gantry run --name left -v /data " + Busybox.IMAGE + " true");
        shell().must("gantry rm -v left");
        assertThat(shell().must("gantry volumes -o name")).isEmpty();
    }

    @Test
    default void filesGoInAndOutWhetherItRunsOrNot() {
        String folder = shell().must("mktemp -d").strip();
        shell().must("mkdir -p " + folder + "/in/deep && echo one > " + folder + "/in/one && echo two > " + folder + "/in/deep/two && chmod 640 " + folder + "/in/one");
        for (String client : new String[] {"docker", "gantry"}) {
            shell().must(client + " create --name files " + Busybox.IMAGE + " sh -c 'cat /in/one /in/deep/two; echo from > /out; sleep 1000'");
            shell().must(client + " cp " + folder + "/in files:/");
            shell().must(client + " start files");
            assertThat(shell().must("gantry exec files stat -c %a /in/one")).as(client).isEqualTo("640\n");
            shell().must(client + " cp " + folder + "/in/one files:/in/renamed");
            assertThat(shell().must("gantry exec files cat /in/renamed")).as(client).isEqualTo("one\n");
            shell().must(client + " cp files:/in " + folder + "/back-" + client);
            assertThat(shell().must("diff -r " + folder + "/in/deep " + folder + "/back-" + client + "/deep && cat " + folder + "/back-" + client + "/renamed")).isEqualTo("one\n");
            shell().must(client + " stop -t 0 files");
            assertThat(shell().must(client + " cp files:/out - | tar -xO")).as(client).isEqualTo("from\n");
            assertThat(shell().run(client + " cp files:/nowhere " + folder).err()).as(client).containsAnyOf("Could not find the file /nowhere", "there is no /nowhere");
            assertThat(shell().must(client + " diff files").lines()).as(client).contains("A /in", "A /in/deep/two", "A /out");
            assertThat(shell().must(client + " export files | tar -t").lines()).as(client).anyMatch(name -> name.matches("(\\./)?in/deep/two"));
            shell().must(client + " rm files");
        }
        shell().must("rm -r " + folder);
    }

    @Test
    default void aContainerHasTheVolumesOfAnother() {
        shell().must("docker run -d --name lends-volumes -v lent:/data -v /cache " + Busybox.IMAGE + " sh -c 'echo named > /data/one; echo own > /cache/two; sleep 1000'");
        shell().must("until docker exec lends-volumes cat /cache/two; do sleep 0.1; done");
        assertThat(shell().must("docker run --rm --volumes-from lends-volumes " + Busybox.IMAGE + " cat /data/one /cache/two")).isEqualTo("named\nown\n");
        assertThat(shell().must("gantry run --rm --volumes-from lends-volumes " + Busybox.IMAGE + " cat /data/one /cache/two")).isEqualTo("named\nown\n");
        assertThat(shell().run("docker run --rm --volumes-from lends-volumes:ro " + Busybox.IMAGE + " touch /cache/three").err()).contains("Read-only file system");
        assertThat(shell().must("docker exec lends-volumes cat /cache/two")).as("an anonymous volume stays as long as somebody has it").isEqualTo("own\n");
        assertThat(shell().run("docker run --rm --volumes-from nobody " + Busybox.IMAGE + " true").err()).contains("there is no container 'nobody'");
        shell().must("docker rm -fv lends-volumes; docker volume rm lent");
    }

    /** As the tar has them, of the container's own numbers. */
    @Test
    default void filesKeepTheirOwnersOnTheWayIn() {
        String folder = shell().must("mktemp -d").strip();
        shell().must("echo one > " + folder + "/one && chown 1234:4321 " + folder + "/one && docker run -d --name owned -u 1000 " + Busybox.IMAGE + " sleep 1000");
        for (String options : new String[] {"-a ", ""}) {
            shell().must("docker cp " + options + folder + "/one owned:/");
            assertThat(shell().must("docker exec owned stat -c %u:%g /one")).as(options).isEqualTo("1234:4321\n");
        }
        shell().must("docker rm -f owned; rm -r " + folder);
    }

    @Test
    default void aContainerBecomesAnImage() {
        for (String client : new String[] {"docker", "gantry"}) {
            shell().must(client + " run -d --name changed -e MODE=live " + Busybox.IMAGE + " sh -c 'echo made > /made; rm /etc/passwd; sleep 1000'");
            shell().must("until gantry exec changed cat /made; do sleep 0.1; done");
            String image = shell().must(client + " commit -m why -a somebody -c 'CMD [\"cat\", \"/made\"]' changed made/by-" + client + ":1").strip();
            assertThat(image).as(client).matches("sha256:[0-9a-f]{64}");
            assertThat(shell().must(client + " run --rm made/by-" + client + ":1")).as(client).isEqualTo("made\n");
            assertThat(shell().must(client + " run --rm made/by-" + client + ":1 sh -c 'echo $MODE; ls /etc'").lines()).as(client).contains("live").doesNotContain("passwd");
            assertThat(shell().must("docker image inspect -f '{{.Comment}} {{.Author}}' made/by-" + client + ":1")).as(client).isEqualTo("why somebody\n");
            assertThat(shell().must("gantry exec changed echo goes on")).isEqualTo("goes on\n");
            shell().must(client + " rm -f changed");
        }
    }

    @Test
    default void aVolumeIsKeptInAFileAndCopied() {
        shell().must("gantry run --rm -v source:/data " + Busybox.IMAGE + " sh -c 'echo one > /data/one; chown 7:8 /data/one; mkdir -m 0700 /data/deep; echo two > /data/deep/two'");
        String file = shell().must("mktemp").strip();
        shell().must("gantry volume backup -o " + file + " source");
        assertThat(shell().must("tar -tf " + file).lines()).contains("./", "one", "deep/", "deep/two");
        String node = shell().must("gantry nodes -o name").strip();
        shell().must("gantry volume create --node " + node + " target && gantry volume restore -i " + file + " target");
        shell().must("gantry volume clone source twin");
        for (String copy : new String[] {"target", "twin"}) {
            assertThat(shell().must("gantry run --rm -v " + copy + ":/data " + Busybox.IMAGE + " sh -c 'stat -c %u:%g /data/one; stat -c %a /data/deep; cat /data/deep/two'"))
                    .as(copy)
                    .isEqualTo("7:8\n700\ntwo\n");
        }
        assertThat(shell().run("gantry volume create nowhere && gantry volume restore -i " + file + " nowhere").err()).contains("volume 'nowhere' has no node yet");
        shell().must("rm " + file + "; gantry volume rm source target twin nowhere");
    }
}
