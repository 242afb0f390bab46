package io.gantry.gateway.known;

import io.gantry.contracts.view.ContainerView;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All containers of one moment.
 *
 * @param mark of that moment, to ask with what came after it
 */
public record KnownContainers(String mark, Index index) {
    private static final Comparator<KnownContainer> NEWEST_FIRST =
            Comparator.<KnownContainer, Instant>comparing(one -> one.view().createdAt()).reversed().thenComparing(one -> one.view().id().value());
    static final KnownContainers NONE = new KnownContainers("", new Index(List.of()));

    /**
     * What container-service said after a moment.
     *
     * @param whole {@code changed} are all that there are
     * @param gone their ids
     */
    record News(String mark, boolean whole, List<KnownContainer> changed, List<String> gone) {}

    /** In all ways in which they are looked for. */
    static final class Index {
        private final List<KnownContainer> newestFirst;
        private final List<ContainerView> views;
        private final Map<String, KnownContainer> byId = new HashMap<>();
        private final Map<String, KnownContainer> byName = new HashMap<>();

        private Index(Collection<KnownContainer> all) {
            newestFirst = all.stream().sorted(NEWEST_FIRST).toList();
            views = newestFirst.stream().map(KnownContainer::view).toList();
            newestFirst.forEach(one -> {
                byId.put(one.view().id().value(), one);
                byName.put(one.view().name(), one);
            });
        }
    }

    /** Whether or not they run; the newest first. */
    public List<KnownContainer> all() {
        return index.newestFirst;
    }

    /** The same as they are shown. */
    public List<ContainerView> views() {
        return index.views;
    }

    /** By its whole id, or by its name. */
    public Optional<KnownContainer> find(String ref) {
        KnownContainer found = index.byId.get(ref);
        return Optional.ofNullable(found == null ? index.byName.get(ref) : found);
    }

    KnownContainers after(News news) {
        if (!news.whole() && news.changed().isEmpty() && news.gone().isEmpty()) {
            return new KnownContainers(news.mark(), index);
        }
        Map<String, KnownContainer> left = news.whole() ? new HashMap<>() : new HashMap<>(index.byId);
        news.changed().forEach(one -> left.put(one.view().id().value(), one));
        news.gone().forEach(left::remove);
        return new KnownContainers(news.mark(), new Index(left.values()));
    }
}
