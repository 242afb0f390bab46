package io.gantry.image.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Images to be graded: everything in one, with everything that is wrong with such; and one that has what it needs. Their files are small, what matters is which there are. */
public final class FatImage {
    /** Nobody's: made for this test. */
    public static final String PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n-----END OPENSSH PRIVATE KEY-----\n";

    public static final String TOKEN = "ghp_" + "a1B2c3D4e5".repeat(4);
    public static final String PASSWORD = "correct-horse-battery";

    private FatImage() {}

    public static LayeredImage fat() throws IOException {
        Map<String, Object> ports = new TreeMap<>();
        for (int port : List.of(22, 25, 53, 80, 110, 143, 443, 993, 1521, 2181, 3306, 5432, 5672, 6379, 7001, 8009, 8080, 8081, 8443, 9000, 9092, 9200, 11211, 15672)) {
            ports.put(port + "/tcp", Map.of());
        }
        List<String> daemons = new ArrayList<>(List.of(
                "usr/sbin/sshd", "usr/sbin/cron", "usr/sbin/nginx", "usr/sbin/mysqld", "usr/bin/redis-server", "usr/sbin/rsyslogd", "usr/lib/postgresql/16/bin/postgres"));
        LayeredImage.Layer services = new LayeredImage.Layer();
        daemons.forEach(services::program);
        services.program("usr/lib/systemd/systemd").program("usr/bin/supervisord").program("usr/bin/runsvdir").file("usr/local/bin/become", 04755, "\177ELF\0".getBytes(StandardCharsets.UTF_8));
        return new LayeredImage()
                .made(Instant.parse("2024-01-01T00:00:00Z"))
                .layer("ADD rootfs.tar /", new LayeredImage.Layer()
                        .file("var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nDescription: a shell\n of many\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n")
                        .file("var/lib/apt/lists/deb.debian.org_dists_main_Packages", 2 << 20)
                        .program("usr/bin/su"))
                .layer("RUN apt-get install everything", services)
                .layer("COPY runtimes /", new LayeredImage.Layer()
                        .program("usr/lib/jvm/java-8/bin/java").file("usr/lib/jvm/java-8/release", "JAVA_VERSION=\"1.8.0_402\"\n").program("usr/lib/jvm/java-8/jre/bin/java")
                        .program("opt/jdk-21/bin/java").file("opt/jdk-21/release", "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"21.0.2\"\n")
                        .program("usr/bin/python2.7").program("usr/local/bin/python3.12").link("usr/bin/python", "python2.7")
                        .file("opt/app/lib/guava-33.4.0-jre.jar", 0644, zip(Map.of("a.class", "x")))
                        .file("opt/app/app.jar", 0644, zip(Map.of(
                                "META-INF/maven/io.shop/app/pom.properties", "artifactId=app\nversion=1.4\n", "BOOT-INF/lib/snakeyaml-2.2.jar", new String(zip(Map.of("b.class", "y")), StandardCharsets.ISO_8859_1)))))
                .layer("COPY dump.sql /", new LayeredImage.Layer().file("dump.sql", 3 << 20).file("root/.ssh/id_rsa", PRIVATE_KEY))
                .layer("RUN rm /dump.sql /root/.ssh/id_rsa", new LayeredImage.Layer().file(".wh.dump.sql", "").file("root/.ssh/.wh.id_rsa", ""))
                .step("ARG REGISTRY_TOKEN=" + TOKEN)
                .step("ENV DB_PASSWORD=" + PASSWORD)
                .with("Env", List.of("PATH=/bin", "DB_PASSWORD=" + PASSWORD))
                .with("ExposedPorts", ports);
    }

    public static LayeredImage slim() throws IOException {
        return new LayeredImage()
                .made(Instant.now())
                .layer("FROM base", new LayeredImage.Layer()
                        .file("lib/apk/db/installed", "C:Q1x\nP:musl\nV:1.2.5-r0\nA:x86_64\n\nP:busybox\nV:1.36.1-r29\n\n").program("bin/busybox").link("bin/sh", "/bin/busybox").file("bin/bbsuid", 04755, "\177ELF\0".getBytes(StandardCharsets.UTF_8)))
                .layer("COPY app /app", new LayeredImage.Layer().program("app/bin/serve").file("app/page.html", "<html>tokens are read from the environment: API_TOKEN=$API_TOKEN</html>"))
                .with("Env", List.of("PATH=/bin", "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D", "DB_PASSWORD_FILE=/run/secrets/db"))
                .with("User", "app")
                .with("Healthcheck", Map.of("Test", List.of("CMD", "/app/bin/serve", "--check")))
                .with("ExposedPorts", Map.of("8080/tcp", Map.of()));
    }

    public static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> each : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return out.toByteArray();
    }
}
