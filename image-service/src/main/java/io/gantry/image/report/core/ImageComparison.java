package io.gantry.image.report.core;

import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageDiffView.File;
import io.gantry.contracts.view.ImageDiffView.Files;
import io.gantry.contracts.view.ImageDiffView.Layer;
import io.gantry.contracts.view.ImageDiffView.PackageChange;
import io.gantry.contracts.view.ImageDiffView.Setting;
import io.gantry.contracts.view.ImageReportView.Source;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.image.report.core.ImageReport.Read;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what differs between two images, of what was read of their layers. */
public final class ImageComparison {
    private static final int SHOWN = 1000;

    /**
     * @param reference as it was asked for
     * @param layers in the image's order, one for each
     */
    public record Side(String reference, ResolvedImage image, List<Read> layers) {
        private LayerStack stack() {
            return LayerStack.of(layers.stream().map(Read::reading).toList());
        }

        private List<String> unreadable() {
            return ImageReport.unreadable(layers).stream().map(why -> reference + ", " + why).toList();
        }
    }

    private final Side from;
    private final Side to;
    private final LayerStack before;
    private final LayerStack after;

    private ImageComparison(Side from, Side to) {
        this.from = from;
        this.to = to;
        this.before = from.stack();
        this.after = to.stack();
    }

    public static ImageDiffView of(Side from, Side to) {
        return new ImageComparison(from, to).view();
    }

    private ImageDiffView view() {
        List<File> added = new ArrayList<>();
        List<File> removed = new ArrayList<>();
        List<File> changed = new ArrayList<>();
        for (LayerStack.Placed each : after.seen()) {
            Optional<LayerStack.Placed> was = before.at(each.entry().path()).filter(one -> isFile(one.entry()));
            if (!isFile(each.entry())) {
                continue;
            }
            if (was.isEmpty()) {
                added.add(new File(each.entry().path(), null, new Bytes(each.entry().size())));
            } else if (!was.get().entry().looksLike(each.entry())) {
                changed.add(new File(each.entry().path(), new Bytes(was.get().entry().size()), new Bytes(each.entry().size())));
            }
        }
        for (LayerStack.Placed each : before.seen()) {
            if (isFile(each.entry()) && after.at(each.entry().path()).filter(one -> isFile(one.entry())).isEmpty()) {
                removed.add(new File(each.entry().path(), new Bytes(each.entry().size()), null));
            }
        }
        List<Layer> layers = layers();
        Bytes toFetch = new Bytes(layers.stream().filter(each -> !each.shared()).collect(Collectors.toMap(Layer::diffId, each -> each.size().value(), (one, _) -> one)).values().stream().mapToLong(Long::longValue).sum());
        List<String> unreadable = Stream.concat(from.unreadable().stream(), to.unreadable().stream()).toList();
        return new ImageDiffView(from.reference(), to.reference(), layers, toFetch, files(added), files(removed), files(changed), settings(), packages(), unreadable);
    }

    private static boolean isFile(FileEntry entry) {
        return entry.kind() != Kind.FOLDER;
    }

    private List<Layer> layers() {
        Set<Digest> there = new HashSet<>();
        from.image().layers().forEach(layer -> there.add(layer.diffId()));
        return to.image().layers().stream().map(layer -> new Layer(layer.diffId(), layer.size(), there.contains(layer.diffId()))).toList();
    }

    private static Files files(List<File> all) {
        List<File> largest = all.stream()
                .sorted(Comparator.<File>comparingLong(each -> Math.max(size(each.before()), size(each.after()))).reversed().thenComparing(File::path))
                .limit(SHOWN)
                .toList();
        return new Files(all.size(), all.stream().mapToLong(each -> size(each.after()) - size(each.before())).sum(), largest);
    }

    private static long size(Bytes bytes) {
        return bytes == null ? 0 : bytes.value();
    }

    private List<Setting> settings() {
        Map<String, String> was = settings(from.image().config());
        Map<String, String> is = settings(to.image().config());
        return names(was, is).filter(name -> !Objects.equals(was.get(name), is.get(name))).map(name -> shown(name, was.get(name), is.get(name))).toList();
    }

    private static Setting shown(String name, String was, String is) {
        return new Setting(name, was == null ? null : redacted(name, was), is == null ? null : redacted(name, is));
    }

    private static String redacted(String name, String value) {
        return name.startsWith("env.") ? Secrets.redacted(name.substring(4), value) : Secrets.redacted(value);
    }

    private static Map<String, String> settings(ImageConfig config) {
        Map<String, String> all = new TreeMap<>();
        config.env().forEach((name, value) -> all.put("env." + name, value));
        config.labels().forEach((name, value) -> all.put("label." + name, value));
        config.exposedPorts().forEach(port -> all.put("port." + port, "exposed"));
        config.volumes().forEach(volume -> all.put("volume." + volume, "made"));
        all.put("entrypoint", String.join(" ", config.entrypoint()));
        all.put("command", String.join(" ", config.command()));
        all.put("user", config.user().isEmpty() ? "root" : config.user());
        all.put("workingDir", config.workingDir());
        all.put("stopSignal", config.stopSignal());
        all.put("healthcheck", config.health() == null ? "none" : String.join(" ", config.health().command() == null ? List.of() : config.health().command()));
        return all;
    }

    private List<PackageChange> packages() {
        Map<String, String> was = versions(before, from.layers());
        Map<String, String> is = versions(after, to.layers());
        return names(was, is)
                .filter(key -> !Objects.equals(was.get(key), is.get(key)))
                .map(key -> new PackageChange(Source.valueOf(key.substring(0, key.indexOf(' '))), key.substring(key.indexOf(' ') + 1), was.get(key), is.get(key)))
                .toList();
    }

    /** By source and name: there may be several of a library. */
    private static Map<String, String> versions(LayerStack stack, List<Read> layers) {
        Map<String, TreeSet<String>> all = new TreeMap<>();
        for (SoftwarePackage each : ImageReport.packages(stack, layers.stream().map(Read::reading).toList())) {
            all.computeIfAbsent(each.source() + " " + each.name(), _ -> new TreeSet<>()).add(each.version());
        }
        Map<String, String> joined = new TreeMap<>();
        all.forEach((key, versions) -> joined.put(key, String.join(", ", versions)));
        return joined;
    }

    private static Stream<String> names(Map<String, String> was, Map<String, String> is) {
        Set<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        return names.stream();
    }
}
