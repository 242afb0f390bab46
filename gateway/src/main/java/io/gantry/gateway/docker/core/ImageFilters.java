package io.gantry.gateway.docker.core;

import io.gantry.contracts.text.OthersPattern;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The {@code filters} of {@code docker images}. */
public final class ImageFilters {
    private static final Set<String> KNOWN = Set.of("reference", "label", "dangling", "before", "since", "until");
    private final Map<String, List<String>> wanted;
    private final Optional<Boolean> dangling;
    private final Instant until;

    private ImageFilters(Map<String, List<String>> wanted, Optional<Boolean> dangling, Instant until) {
        this.wanted = wanted;
        this.dangling = dangling;
        this.until = until;
    }

    /** @param text may be {@code null} */
    public static ImageFilters parse(String text, Instant now) {
        Map<String, List<String>> wanted = ListFilters.entries(text);
        ListFilters.check(wanted, KNOWN);
        Optional<Instant> until = wanted.getOrDefault("until", List.of()).stream().findFirst().flatMap(moment -> DockerTime.parse(moment, now));
        return new ImageFilters(wanted, ListFilters.flag(wanted, "dangling"), until.orElse(Instant.MAX));
    }

    /**
     * @param all in which {@code before} and {@code since} find their image
     * @throws DockerRefusal if they don't
     */
    public List<ImageView> choose(List<ImageView> all) {
        Instant before = bound("before", all, Instant.MAX);
        Instant since = bound("since", all, Instant.MIN);
        return all.stream()
                .filter(image -> created(image).isBefore(before) && created(image).isBefore(until) && created(image).isAfter(since))
                .filter(image -> dangling.isEmpty() || dangling.get() == image.tags().isEmpty())
                .filter(image -> wanted.getOrDefault("label", List.of()).stream().allMatch(label -> ListFilters.labelled(image.image().config().labels(), label)))
                .map(this::referred)
                .filter(image -> !wanted.containsKey("reference") || !image.tags().isEmpty())
                .toList();
    }

    /** Under the names that were asked for alone. */
    private ImageView referred(ImageView image) {
        return wanted.containsKey("reference")
                ? new ImageView(image.image(), image.digests(), image.tags().stream().filter(this::referred).toList(), image.history(), image.storedAt())
                : image;
    }

    private Instant bound(String key, List<ImageView> all, Instant otherwise) {
        return wanted.getOrDefault(key, List.of()).stream()
                .map(name -> created(ImageNames.find(all, name).orElseThrow(() -> new DockerRefusal(404, "No such image: " + name))))
                .findFirst()
                .orElse(otherwise);
    }

    private boolean referred(ImageRef tag) {
        return wanted.get("reference").stream().anyMatch(reference -> matches(tag, reference));
    }

    /** {@code *} stands for anything but a slash, as in a shell. */
    private static boolean matches(ImageRef tag, String wanted) {
        try {
            OthersPattern pattern = OthersPattern.of(Pattern.quote(wanted).replaceAll("\\*+", "\\\\E[^/]*\\\\Q"), 0);
            return pattern.matches(tag.repository()) || tag.tagged().filter(pattern::matches).isPresent();
        } catch (OthersPattern.Hopeless e) {
            throw new DockerRefusal(400, "invalid filter 'reference=" + wanted + "': " + e.getMessage());
        }
    }

    private static Instant created(ImageView image) {
        return image.image().created() == null ? Instant.EPOCH : image.image().created();
    }
}
