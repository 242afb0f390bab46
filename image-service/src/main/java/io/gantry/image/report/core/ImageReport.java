package io.gantry.image.report.core;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageReportView.Base;
import io.gantry.contracts.view.ImageReportView.Duplicate;
import io.gantry.contracts.view.ImageReportView.File;
import io.gantry.contracts.view.ImageReportView.HiddenFile;
import io.gantry.contracts.view.ImageReportView.Layer;
import io.gantry.contracts.view.ImageReportView.NotRead;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Runtime;
import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Waste;
import io.gantry.contracts.view.ImageReportView.Where;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.report.core.LayerStack.Hidden;
import io.gantry.image.report.core.LayerStack.Placed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the report of an image, of what was read of its layers. */
public final class ImageReport {
    private static final int SHOWN = 20;
    private static final int SHOWN_PATHS = 5;
    private static final int OF_ANOTHER = 06000;

    /** Every Debian, Alpine or Red Hat has them. */
    private static final Set<String> USUAL = Set.of(
            "su", "mount", "umount", "passwd", "chsh", "chfn", "newgrp", "gpasswd", "ping", "ping6", "chage", "expiry", "unix_chkpwd", "pam_timestamp_check", "wall", "write", "bbsuid",
            "dbus-daemon-launch-helper", "ssh-keysign", "ssh-agent", "dotlockfile", "utempter");

    private static final List<String> CACHES = List.of(
            "var/lib/apt/lists/", "var/cache/apt/", "var/cache/apk/", "var/cache/dnf/", "var/cache/yum/", "root/.cache/", "root/.npm/", "root/.m2/repository/", "root/.gradle/caches/", "usr/local/share/.cache/");

    /** A layer, and what was read of it, or why it couldn't be. */
    public record Read(LayerReading reading, String unreadable) {}

    private final ImageView image;
    private final List<Read> layers;
    private final LayerStack stack;
    private final Neighbours neighbours;
    private final Instant now;

    private ImageReport(ImageView image, List<Read> layers, List<ImageView> all, Instant now) {
        this.image = image;
        this.layers = layers;
        this.stack = LayerStack.of(layers.stream().map(Read::reading).toList());
        this.neighbours = new Neighbours(image.image(), all);
        this.now = now;
    }

    /**
     * @param reference as it was asked for
     * @param layers in the image's order, one for each
     * @param all images that are here, it among them
     */
    public static ImageReportView of(String reference, ImageView image, List<Read> layers, List<ImageView> all, Instant now) {
        return new ImageReport(image, layers, all, now).report(reference);
    }

    private ImageReportView report(String reference) {
        ResolvedImage its = image.image();
        Bytes unpacked = new Bytes(layers.stream().mapToLong(each -> each.reading().bytes()).sum());
        Bytes wasted = new Bytes(stack.hidden().stream().mapToLong(each -> each.file().entry().size()).sum());
        List<List<Placed>> same = same();
        long duplicated = same.stream().mapToLong(each -> (each.size() - 1) * each.getFirst().entry().size()).sum();
        List<Runtime> runtimes = Software.runtimes(stack, versions());
        List<Program> programs = Software.programs(stack);
        List<Secret> secrets = secrets();
        List<FileEntry> files = files();
        List<FileEntry> ofAnother = files.stream().filter(each -> (each.mode() & OF_ANOTHER) != 0).toList();
        List<String> setuid = ofAnother.stream().map(FileEntry::path).toList();
        List<String> unusual = ofAnother.stream().filter(each -> !USUAL.contains(each.name())).map(FileEntry::path).toList();
        long caches = files.stream().filter(each -> CACHES.stream().anyMatch(each.path()::startsWith)).mapToLong(FileEntry::size).sum();
        boolean dated = its.created().isAfter(Instant.EPOCH.plus(Duration.ofDays(3653)));
        Long age = dated ? Long.valueOf(Math.max(0, Duration.between(its.created(), now).toDays())) : null;
        Base base = neighbours.base();
        String user = its.config().user();
        boolean root = ImageReportView.isRoot(user);
        Grading.Graded graded = Grading.of(new Facts(
                unreadable(layers), secrets, its.config().exposedPorts().size(), programs, runtimes, unpacked, wasted, new Bytes(caches), new Bytes(duplicated), root, its.config().health() != null,
                unusual, age, base));
        return new ImageReportView(
                reference, its.id(), its.manifest(), its.size(), unpacked, files.size(), graded.grade(), graded.points(), graded.reasons(), layerViews(), waste(wasted), largest(), duplicates(same),
                packages(), notRead(), runtimes, programs, its.config().exposedPorts().stream().sorted().toList(), user, its.config().health() != null, secrets, setuid, dated ? its.created() : null,
                age, base, neighbours.sharing());
    }

    private List<FileEntry> files() {
        return stack.seen().stream().map(Placed::entry).filter(each -> each.kind() == Kind.FILE).toList();
    }

    /** Which of an image's layers couldn't be read, and why. */
    static List<String> unreadable(List<Read> layers) {
        return IntStream.range(0, layers.size())
                .filter(i -> layers.get(i).unreadable() != null)
                .mapToObj(i -> "layer " + (i + 1) + ": " + layers.get(i).unreadable())
                .toList();
    }

    private List<Layer> layerViews() {
        Iterator<ImageView.History> made = image.history().stream().filter(each -> !each.emptyLayer()).iterator();
        Map<Integer, Long> wasted = stack.hidden().stream().collect(Collectors.groupingBy(each -> each.file().layer(), Collectors.summingLong(each -> each.file().entry().size())));
        List<Layer> views = new ArrayList<>();
        for (ResolvedImage.Layer each : image.image().layers()) {
            int number = views.size() + 1;
            Read read = layers.get(number - 1);
            views.add(new Layer(
                    number, each.diffId(), each.blob(), each.size(), new Bytes(read.reading().bytes()), (int) read.reading().files().stream().filter(one -> one.kind() == Kind.FILE).count(),
                    made.hasNext() ? Secrets.redacted(text(made.next().createdBy())) : "", new Bytes(wasted.getOrDefault(number, 0L)), neighbours.sharedWith(each.blob()), read.unreadable()));
        }
        return views;
    }

    private Waste waste(Bytes bytes) {
        List<HiddenFile> most = stack.hidden().stream()
                .sorted(Comparator.<Hidden>comparingLong(each -> each.file().entry().size()).reversed().thenComparing(each -> each.file().entry().path()))
                .limit(SHOWN)
                .map(each -> new HiddenFile(each.file().entry().path(), new Bytes(each.file().entry().size()), each.file().layer(), each.by(), each.deleted()))
                .toList();
        return new Waste(bytes, stack.hidden().size(), most);
    }

    private List<File> largest() {
        return stack.seen().stream()
                .filter(each -> each.entry().size() > 0)
                .sorted(Comparator.<Placed>comparingLong(each -> each.entry().size()).reversed().thenComparing(each -> each.entry().path()))
                .limit(SHOWN)
                .map(each -> new File(each.entry().path(), new Bytes(each.entry().size()), each.layer()))
                .toList();
    }

    /** Files with the same content; only such as there are several of. Sorted, not gathered by digest: most have a content of their own. */
    private List<List<Placed>> same() {
        List<Placed> sorted = stack.seen().stream()
                .filter(each -> each.entry().size() > 0)
                .sorted(Comparator.<Placed, String>comparing(each -> each.entry().digest()).thenComparing(each -> each.entry().path()))
                .toList();
        List<List<Placed>> same = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size() || !sorted.get(i).entry().digest().equals(sorted.get(first).entry().digest())) {
                if (i - first > 1) {
                    same.add(sorted.subList(first, i));
                }
                first = i;
            }
        }
        return same;
    }

    private static List<Duplicate> duplicates(List<List<Placed>> same) {
        return same.stream()
                .map(each -> new Duplicate(
                        Digest.ofHex(each.getFirst().entry().digest()), new Bytes(each.getFirst().entry().size()), each.size(),
                        each.stream().limit(SHOWN_PATHS).map(one -> one.entry().path()).toList()))
                .sorted(Comparator.<Duplicate>comparingLong(each -> (each.count() - 1) * each.size().value()).reversed().thenComparing(each -> each.digest().value()))
                .limit(SHOWN)
                .toList();
    }

    private List<SoftwarePackage> packages() {
        return packages(stack, layers.stream().map(Read::reading).toList());
    }

    /** What those lists say that a container would see. */
    static List<SoftwarePackage> packages(LayerStack stack, List<LayerReading> readings) {
        List<SoftwarePackage> all = new ArrayList<>();
        for (int i = 0; i < readings.size(); i++) {
            int number = i + 1;
            readings.get(i).packages().forEach((path, some) -> {
                if (stack.sees(path, number)) {
                    all.addAll(some);
                }
            });
        }
        all.sort(Comparator.comparing(SoftwarePackage::source).thenComparing(SoftwarePackage::name).thenComparing(SoftwarePackage::version).thenComparing(SoftwarePackage::path));
        return all;
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new HashMap<>();
        layers.forEach(each -> versions.putAll(each.reading().versions()));
        return versions;
    }

    private List<NotRead> notRead() {
        List<NotRead> all = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            int number = i + 1;
            layers.get(i).reading().notRead().stream().filter(each -> stack.sees(each.path(), number)).forEach(all::add);
        }
        return all;
    }

    private List<Secret> secrets() {
        List<Secret> all = new ArrayList<>(Secrets.inEnvironment(image.image().config().env()));
        all.addAll(Secrets.inHistory(image.history().stream().map(each -> text(each.createdBy())).toList()));
        for (int i = 0; i < layers.size(); i++) {
            int number = i + 1;
            layers.get(i).reading().secrets().forEach(each -> all.add(new Secret(Where.FILE, each.path(), each.kind(), number, !stack.sees(each.path(), number))));
        }
        return all;
    }

    private static String text(String createdBy) {
        return createdBy == null ? "" : createdBy;
    }
}
