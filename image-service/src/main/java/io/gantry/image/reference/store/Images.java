package io.gantry.image.reference.store;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.ImageTransactions;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.TagRow;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Finds images by whatever people call them. */
@Singleton
public class Images {
    private static final Pattern ID = Pattern.compile("(?:sha256:)?([0-9a-f]{12,64})");
    private final ImageTransactions transactions;

    @Inject
    Images(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    /** Newest first; one that lies in several repositories is shown once, with all its tags. */
    public Uni<List<ImageView>> all() {
        return transactions.read(session -> session.createQuery("from ImageManifest where imageId is not null", ManifestRow.class)
                .getResultList()
                .chain(rows -> named(session).map(named -> views(rows, named))));
    }

    public Uni<ImageView> view(String reference) {
        return find(reference).chain(found -> transactions.read(session -> session.createQuery(
                        "from ImageManifest where imageId = :id", ManifestRow.class)
                .setParameter("id", found.image().orElseThrow().id().value())
                .getResultList()
                .chain(rows -> named(session).map(named -> view(found, newestFirst(rows), named)))));
    }

    /**
     * By reference, manifest digest, or id (12 digits of it are enough).
     *
     * @throws Refused if nothing, or several images, are called so
     */
    public Uni<ManifestRow> find(String reference) {
        return byReference(reference).chain(found -> found.isPresent() ? Uni.createFrom().item(found.get()) : byId(reference));
    }

    /** By {@code repository:tag} or {@code repository@digest} alone. */
    public Uni<Optional<ManifestRow>> byReference(String text) {
        return manifest(text).map(found -> found.filter(row -> row.image().isPresent()));
    }

    /** As {@link #byReference}, whatever it is: an index of images for others than our platform, too. */
    public Uni<Optional<ManifestRow>> manifest(String text) {
        Optional<ImageRef> parsed = parse(text);
        if (parsed.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        ImageRef reference = parsed.get();
        return transactions.read(session -> {
            Uni<String> digest = reference.digest().isPresent()
                    ? Uni.createFrom().item(reference.digest().get().value())
                    : session.find(TagRow.class, reference.tagged().orElseThrow()).map(row -> row == null ? null : row.digest().value());
            return digest.chain(known -> known == null
                            ? Uni.createFrom().<ManifestRow>nullItem()
                            : session.find(ManifestRow.class, reference.repository() + "@" + known))
                    .map(Optional::ofNullable);
        });
    }

    private Uni<ManifestRow> byId(String text) {
        var match = ID.matcher(text);
        if (!match.matches()) {
            return Uni.createFrom().failure(unknown(text));
        }
        return transactions.read(session -> session.createQuery(
                        "from ImageManifest where imageId like :start or (digest like :start and imageId is not null)", ManifestRow.class)
                .setParameter("start", "sha256:" + match.group(1) + "%")
                .getResultList()
                .map(rows -> {
                    if (rows.isEmpty()) {
                        throw unknown(text);
                    }
                    if (rows.stream().map(row -> row.image().orElseThrow().id()).distinct().count() > 1) {
                        throw new Refused(ProblemType.AMBIGUOUS, "several images begin with " + text, "give more digits");
                    }
                    return rows.getFirst();
                }));
    }

    /** All tags, by what they point to. */
    private static Uni<Map<ImageRef, List<ImageRef>>> named(Mutiny.Session session) {
        return session.createQuery("from ImageTag order by name", TagRow.class)
                .getResultList()
                .map(tags -> tags.stream()
                        .collect(Collectors.groupingBy(
                                tag -> new ImageRef(tag.repository(), Optional.empty(), Optional.of(tag.digest())),
                                Collectors.mapping(tag -> ImageRef.parse(tag.name()), Collectors.toList()))));
    }

    private static List<ImageView> views(List<ManifestRow> rows, Map<ImageRef, List<ImageRef>> named) {
        Map<Digest, List<ManifestRow>> images = newestFirst(rows).stream()
                .collect(Collectors.groupingBy(row -> row.image().orElseThrow().id(), LinkedHashMap::new, Collectors.toList()));
        return images.values().stream().map(same -> view(same.getFirst(), same, named)).toList();
    }

    private static List<ManifestRow> newestFirst(List<ManifestRow> rows) {
        return rows.stream().sorted(Comparator.comparing(ManifestRow::storedAt).reversed()).toList();
    }

    private static ImageView view(ManifestRow meant, List<ManifestRow> same, Map<ImageRef, List<ImageRef>> named) {
        List<ImageRef> digests = same.stream().map(row -> new ImageRef(row.repository(), Optional.empty(), Optional.of(row.digest()))).toList();
        List<ImageRef> tags = digests.stream().flatMap(digest -> named.getOrDefault(digest, List.of()).stream()).toList();
        return new ImageView(meant.image().orElseThrow(), digests, tags, meant.history(), meant.storedAt());
    }

    private static Optional<ImageRef> parse(String text) {
        try {
            return Optional.of(ImageRef.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static Refused unknown(String reference) {
        return new Refused(
                ProblemType.IMAGE_NOT_FOUND, "no image is called '" + reference + "'", "see them with: gantry images; push one with: skopeo copy");
    }
}
