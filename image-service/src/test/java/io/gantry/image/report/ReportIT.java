package io.gantry.image.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageReportView.Concern;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Grade;
import io.gantry.contracts.view.ImageReportView.Where;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.report.read.LayerReadings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of images that clients pushed. */
@QuarkusTest
class ReportIT extends ImageServiceTest {
    @Inject LayerReadings readings;
    private ImagesOverRest rest;

    @BeforeEach
    void rest() {
        rest = new ImagesOverRest(service, token.header());
    }

    @Test
    void theFatImageHasTheWorstGradeAndEveryReasonIsNamed() throws Exception {
        FatImage.fat().push(registry, "seed/fat", "latest");
        String text = text("seed/fat:latest");
        ImageReportView report = Json.read(text, ImageReportView.class);
        assertThat(report.grade()).isEqualTo(Grade.F);
        assertThat(report.reasons()).extracting(ImageReportView.Reason::concern).containsExactlyInAnyOrder(
                Concern.SECRET_IN_FILES, Concern.SECRET_IN_ENVIRONMENT, Concern.SECRET_IN_HISTORY, Concern.MANY_PORTS, Concern.SERVICE_MANAGERS, Concern.SEVERAL_DAEMONS, Concern.SEVERAL_RUNTIMES,
                Concern.WASTED_BYTES, Concern.CACHES_LEFT, Concern.RUNS_AS_ROOT, Concern.NO_HEALTHCHECK, Concern.SETUID_FILES, Concern.OLD);
        assertThat(report.reasons()).allSatisfy(each -> assertThat(each.todo()).isNotBlank());
        assertThat(report.ports()).hasSize(24).contains("22/tcp", "15672/tcp");
        assertThat(report.runtimes()).extracting(ImageReportView.Runtime::language, ImageReportView.Runtime::version).containsExactlyInAnyOrder(
                tuple("Java", "1.8.0_402"), tuple("Java", "21.0.2"), tuple("Python", "2.7"), tuple("Python", "3.12"));
        assertThat(report.programs()).extracting(ImageReportView.Program::name).containsExactlyInAnyOrder(
                "runsvdir", "supervisord", "systemd", "cron", "mysqld", "nginx", "postgres", "redis-server", "rsyslogd", "sshd");
        assertThat(report.packages()).extracting(ImageReportView.SoftwarePackage::name, ImageReportView.SoftwarePackage::version).containsExactly(
                tuple("bash", "5.2-1"), tuple("app", "1.4"), tuple("guava", "33.4.0-jre"), tuple("snakeyaml", "2.2"));
        assertThat(report.waste().bytes()).isEqualTo(new Bytes((3 << 20) + FatImage.PRIVATE_KEY.length()));
        assertThat(report.waste().files().getFirst()).isEqualTo(new ImageReportView.HiddenFile("dump.sql", new Bytes(3 << 20), 4, 5, true));
        assertThat(report.layers()).extracting(ImageReportView.Layer::instruction).contains("RUN rm /dump.sql /root/.ssh/id_rsa");
        assertThat(report.secrets()).extracting(ImageReportView.Secret::where, ImageReportView.Secret::place, ImageReportView.Secret::hidden).containsExactlyInAnyOrder(
                tuple(Where.FILE, "root/.ssh/id_rsa", true), tuple(Where.ENVIRONMENT, "DB_PASSWORD", false), tuple(Where.HISTORY, "instruction 6", false), tuple(Where.HISTORY, "instruction 7", false));
        assertThat(report.setuid()).containsExactly("usr/local/bin/become");
        assertThat(report.largest().getFirst().path()).isEqualTo("var/lib/apt/lists/deb.debian.org_dists_main_Packages");
        assertThat(text).doesNotContain(FatImage.TOKEN, FatImage.PASSWORD, "b3BlbnNzaC1rZXktdjE");
    }

    @Test
    void aSlimImageIsAnAWithNothingToBlame() throws Exception {
        FatImage.slim().push(registry, "seed/slim", "1");
        ImageReportView report = report("seed/slim:1");
        assertThat(report.reasons()).isEmpty();
        assertThat(report.grade()).isEqualTo(Grade.A);
        assertThat(report.points()).isEqualTo(100);
        assertThat(report.setuid()).containsExactly("bin/bbsuid");
        assertThat(report.packages()).extracting(ImageReportView.SoftwarePackage::name).containsExactly("busybox", "musl");
        assertThat(report.ageDays()).isZero();
        assertThat(report.base().drift()).isEqualTo(Drift.UNKNOWN);
        assertThat(report.base().how()).contains("no label");
    }

    @Test
    void filesWithTheSameContentAreGathered() throws Exception {
        new LayeredImage()
                .layer("one", new LayeredImage.Layer().file("a", "the same").file("b", "the same").file("c", "another").file("empty", "").file("void", ""))
                .layer("two", new LayeredImage.Layer().file("d", "the same").file("a", "hidden by"))
                .push(registry, "same/content", "1");
        assertThat(report("same/content:1").duplicates()).containsExactly(new ImageReportView.Duplicate(BlobWriter.digestOf("the same".getBytes()), new Bytes(8), 2, List.of("b", "d")));
    }

    @Test
    void aLayerIsReadOnceHoweverManyAskAndWhicheverImagesHaveIt() throws Exception {
        byte[] shared = new LayeredImage.Layer().file("shared", 5000).tar();
        LayeredImage one = new LayeredImage().layer("shared", shared).layer("one", new LayeredImage.Layer().file("one", 10));
        LayeredImage two = new LayeredImage().layer("shared", shared).layer("two", new LayeredImage.Layer().file("two", 10));
        one.push(registry, "once/one", "1");
        two.push(registry, "once/two", "1");
        long before = readings.read();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageReportView>> all = IntStream.range(0, 8).mapToObj(i -> many.submit(() -> report("once/" + (i % 2 == 0 ? "one" : "two") + ":1"))).toList();
            for (Future<ImageReportView> each : all) {
                assertThat(each.get().layers()).extracting(ImageReportView.Layer::sharedWith).containsExactly(1, 0);
            }
        }
        assertThat(readings.read() - before).isEqualTo(3);
        ImageReportView.Sharing sharing = report("once/one:1").sharing();
        assertThat(sharing.shared()).isEqualTo(new Bytes(one.blob(0).length));
        assertThat(sharing.own()).isEqualTo(new Bytes(one.blob(1).length));
        assertThat(sharing.referenced().value() - sharing.stored().value()).isEqualTo(sharing.saved().value()).isGreaterThanOrEqualTo(one.blob(0).length);
    }

    @Test
    void aLayerThatIsNotWhatTheConfigurationSaysIsSaidToBeUnreadableThoughAnotherHasThatDigest() throws Exception {
        LayeredImage good = new LayeredImage().layer("good", new LayeredImage.Layer().file("good", 10));
        good.push(registry, "lying/good", "1");
        assertThat(report("lying/good:1").layers().getFirst().unreadable()).isNull();
        byte[] other = LayeredImage.gzip(new LayeredImage.Layer().file("bad", 11).tar());
        registry.pushBlob("lying/bad", other);
        registry.pushBlob("lying/bad", good.configuration());
        byte[] manifest = new String(good.manifest()).replace(BlobWriter.digestOf(good.blob(0)).value(), BlobWriter.digestOf(other).value())
                .replace("\"size\":" + good.blob(0).length, "\"size\":" + other.length).getBytes();
        assertThat(registry.pushManifest("lying/bad", "1", manifest).statusCode()).isEqualTo(201);
        ImageReportView report = report("lying/bad@" + BlobWriter.digestOf(manifest));
        assertThat(report.layers()).extracting(ImageReportView.Layer::blob).containsExactly(BlobWriter.digestOf(other));
        assertThat(report.layers().getFirst().unreadable()).contains("the image's configuration says");
        assertThat(report.grade()).isEqualTo(Grade.F);
    }

    @Test
    void aBrokenArchiveIsAReasonAndNoFailure() throws Exception {
        byte[] half = Arrays.copyOf(new LayeredImage.Layer().file("half", 5000).tar(), 1500);
        new LayeredImage().layer("half", half).push(registry, "broken/half", "1");
        ImageReportView report = report("broken/half:1");
        assertThat(report.reasons().getFirst().concern()).isEqualTo(Concern.UNREADABLE_LAYER);
        assertThat(report.reasons().getFirst().what()).contains("layer 1: the archive ends in the middle of a");
    }

    @Test
    void whatItWasMadeFromIsComparedWithWhatTheNameMeansNow() throws Exception {
        LayeredImage base = new LayeredImage().layer("base", new LayeredImage.Layer().file("base", 100));
        base.push(registry, "drift/base", "1");
        new LayeredImage().layer("base", new LayeredImage.Layer().file("base", 100)).layer("app", new LayeredImage.Layer().file("app", 10)).push(registry, "drift/app", "1");
        LayeredImage labelled = new LayeredImage().layer("app", new LayeredImage.Layer().file("labelled", 10))
                .with("Labels", Map.of("org.opencontainers.image.base.name", "drift/base:1", "org.opencontainers.image.base.digest", base.digest().value()));
        labelled.push(registry, "drift/labelled", "1");
        assertThat(report("drift/app:1").base()).extracting(ImageReportView.Base::drift, ImageReportView.Base::name).containsExactly(Drift.CURRENT, "drift/base:1");
        assertThat(report("drift/labelled:1").base().drift()).isEqualTo(Drift.CURRENT);
        new LayeredImage().layer("base", new LayeredImage.Layer().file("newer", 100)).push(registry, "drift/base", "1");
        assertThat(report("drift/labelled:1").base().drift()).isEqualTo(Drift.MOVED);
        ImageReportView moved = report("drift/app:1");
        assertThat(moved.base().how()).contains("an image of drift/base that has no name any more");
        assertThat(moved.reasons()).extracting(ImageReportView.Reason::concern).contains(Concern.BASE_MOVED);
    }

    @Test
    void withinAScopeNothingIsToldOfImagesOfAnother() throws Exception {
        byte[] base = new LayeredImage.Layer().file("base", 77).tar();
        new LayeredImage().layer("base", base).with("Labels", Map.of("io.gantry.scope", "foreign")).push(registry, "scoped/foreign", "1");
        new LayeredImage().layer("base", base).layer("app", new LayeredImage.Layer().file("app", 7)).push(registry, "scoped/app", "1");
        assertThat(report("scoped/app:1").base().name()).isEqualTo("scoped/foreign:1");
        String told = new String(rest.within("ci-17").get("images/scoped/app:1/report").body());
        assertThat(told).doesNotContain("scoped/foreign");
        assertThat(Json.read(told, ImageReportView.class).layers()).extracting(ImageReportView.Layer::sharedWith).containsExactly(0, 0);
        assertThat(rest.within("ci-17").get("images/scoped/foreign:1/report").statusCode()).isEqualTo(404);
        assertThat(rest.within("ci-17").get("images/scoped/app:1/diff?to=scoped/foreign:1").statusCode()).isEqualTo(404);
        assertThat(rest.within("foreign").get("images/scoped/foreign:1/report").statusCode()).isEqualTo(200);
    }

    @Test
    void anImageThatIsNotHereIsSaidSoAndOneThatIsCalledReportIsStillFound() throws Exception {
        var missing = rest.get("images/no/such:1/report");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(new String(missing.body())).contains("no image is called 'no/such:1'");
        FatImage.slim().push(registry, "shop/report", "latest");
        assertThat(new String(rest.get("images/shop/report:latest").body())).contains("shop/report:latest");
        assertThat(report("shop/report:latest").reference()).isEqualTo("shop/report:latest");
    }

    @Test
    void whatDiffersBetweenTwoImagesIsSaid() throws Exception {
        LayeredImage.Layer base = new LayeredImage.Layer().file("etc/same", "same").file("etc/old", "old").file("var/lib/dpkg/status", "Package: a\nVersion: 1\n\nPackage: b\nVersion: 1\n");
        byte[] shared = base.tar();
        LayeredImage one = new LayeredImage().layer("base", shared).layer("one", new LayeredImage.Layer().file("app", "first").file("bin/tool", 0755, new byte[] {1})).with("Env", List.of("MODE=slow", "API_TOKEN=hidden-one")).with("User", "app");
        LayeredImage two = new LayeredImage().layer("base", shared)
                .layer("two", new LayeredImage.Layer().file("app", "second one").file("bin/tool", 0700, new byte[] {1}).file("etc/.wh.old", "").file("new", 2000).file("var/lib/dpkg/status", "Package: a\nVersion: 2\n\nPackage: c\nVersion: 1\n"))
                .with("Env", List.of("MODE=fast", "API_TOKEN=hidden-two")).with("ExposedPorts", Map.of("80/tcp", Map.of()));
        one.push(registry, "diff/web", "1");
        two.push(registry, "diff/web", "2");
        var answer = rest.get("images/diff/web:1/diff?to=diff/web:2");
        String text = new String(answer.body());
        assertThat(answer.statusCode()).as(text).isEqualTo(200);
        ImageDiffView diff = Json.read(text, ImageDiffView.class);
        assertThat(diff.added()).isEqualTo(new ImageDiffView.Files(1, 2000, List.of(new ImageDiffView.File("new", null, new Bytes(2000)))));
        assertThat(diff.removed()).isEqualTo(new ImageDiffView.Files(1, -3, List.of(new ImageDiffView.File("etc/old", new Bytes(3), null))));
        assertThat(diff.changed().first()).extracting(ImageDiffView.File::path).containsExactlyInAnyOrder("app", "bin/tool", "var/lib/dpkg/status");
        assertThat(diff.settings()).containsExactly(
                new ImageDiffView.Setting("env.API_TOKEN", "***", "***"), new ImageDiffView.Setting("env.MODE", "slow", "fast"), new ImageDiffView.Setting("port.80/tcp", null, "exposed"), new ImageDiffView.Setting("user", "app", "root"));
        assertThat(diff.packages()).extracting(ImageDiffView.PackageChange::name, ImageDiffView.PackageChange::before, ImageDiffView.PackageChange::after)
                .containsExactly(tuple("a", "1", "2"), tuple("b", "1", null), tuple("c", null, "1"));
        assertThat(diff.layers()).extracting(ImageDiffView.Layer::shared).containsExactly(true, false);
        assertThat(diff.toFetch()).isEqualTo(new Bytes(two.blob(1).length));
        assertThat(text).doesNotContain("hidden-");
        var same = Json.read(new String(rest.get("images/diff/web:2/diff?to=diff/web:2").body()), ImageDiffView.class);
        assertThat(List.of(same.added().count(), same.removed().count(), same.changed().count(), same.settings().size(), (int) same.toFetch().value())).containsOnly(0);
        var lacks = rest.get("images/diff/web:1/diff");
        assertThat(lacks.statusCode()).isEqualTo(400);
        assertThat(new String(lacks.body())).contains("\"field\":\"to\"", "?to=shop/web:2");
    }

    private ImageReportView report(String reference) throws Exception {
        return Json.read(text(reference), ImageReportView.class);
    }

    private String text(String reference) throws Exception {
        var answer = rest.get("images/" + reference + "/report");
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return new String(answer.body());
    }
}
