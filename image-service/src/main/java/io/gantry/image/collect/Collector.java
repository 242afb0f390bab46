package io.gantry.image.collect;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.CollectionView.Kind;
import io.gantry.contracts.view.CollectionView.Reason;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.collect.core.CollectionPlan;
import io.gantry.image.collect.core.CollectionPlan.GoingFile;
import io.gantry.image.collect.core.CollectionPlan.GoingManifest;
import io.gantry.image.collect.core.CollectionReport;
import io.gantry.image.collect.core.Inventory;
import io.gantry.image.collect.core.Inventory.Link;
import io.gantry.image.collect.core.Terms;
import io.gantry.image.collect.store.Inventories;
import io.gantry.image.collect.store.Removal;
import io.gantry.image.content.BlobFiles;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.store.OtherNames;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at what there is, asks what is in use, plans, and removes one thing after the other while everything goes on. Whatever stops it between two of them
 * leaves what the next collection takes up. Waits; not for event loops.
 */
@Singleton
public class Collector {
    /**
     * @param grace how long nothing must have led to what goes
     * @param neverNamed also manifests that never had a name
     * @param details say of each single thing why it stays
     */
    public record Wanted(boolean dryRun, Duration grace, boolean neverNamed, boolean details) {}

    /** Hears of each step before it is done; what it throws ends the collection there. */
    @FunctionalInterface
    interface Steps {
        void before(String step);
    }

    private final Database database;
    private final Inventories inventories;
    private final Removal removal;
    private final OtherNames names;
    private final BlobFiles files;
    private final BlobWriter content;
    private final InUse inUse;
    private final ImageSettings settings;
    private final World world;
    private final AtomicBoolean busy = new AtomicBoolean();

    @Inject
    Collector(Database database, Inventories inventories, Removal removal, OtherNames names, BlobFiles files, BlobWriter content, InUse inUse, ImageSettings settings, World world) {
        this.database = database;
        this.inventories = inventories;
        this.removal = removal;
        this.names = names;
        this.files = files;
        this.content = content;
        this.inUse = inUse;
        this.settings = settings;
        this.world = world;
    }

    /** @throws Refused while another one goes on, or if it can't be known what is in use */
    public CollectionView collect(Wanted wanted) throws IOException, InterruptedException {
        return collect(wanted, _ -> {
            if (Thread.interrupted()) {
                throw new IllegalStateException("the service ends; what is left goes with the next collection");
            }
        });
    }

    CollectionView collect(Wanted wanted, Steps steps) throws IOException, InterruptedException {
        if (!busy.compareAndSet(false, true)) {
            throw new Refused(ProblemType.CONFLICT, "a collection is going on already", "ask again when it has ended");
        }
        try {
            Terms terms = new Terms(before(wanted.grace()), wanted.grace(), wanted.neverNamed(), List.of());
            Inventory there = look();
            Terms known = terms.withUses(inUse.ask());
            CollectionPlan plan = CollectionPlan.of(there, known);
            return wanted.dryRun() ? CollectionReport.of(there, plan, known, true, wanted.details()) : execute(there, plan, known, wanted, steps);
        } finally {
            busy.set(false);
        }
    }

    /** A build relies on what there was when it began. */
    private Instant before(Duration grace) {
        Instant before = world.now().minus(grace);
        Instant build = database.await(inventories::oldestBuild);
        return build != null && build.isBefore(before) ? build : before;
    }

    /** The files first: what comes to lie there meanwhile isn't seen, and by that isn't removed. */
    private Inventory look() throws IOException {
        List<Inventory.File> bytes = files.all().stream().map(one -> new Inventory.File(one.digest(), one.size(), one.writtenAt())).toList();
        List<Link> links = database.await(inventories::links);
        List<Inventory.Manifest> manifests = database.await(inventories::manifests);
        Set<Inventory.Place> named = database.await(inventories::named);
        Set<Digest> cached = database.await(inventories::cached);
        Map<Digest, Instant> released = database.await(inventories::released);
        return new Inventory(manifests, named, links, bytes, cached, released);
    }

    private CollectionView execute(Inventory there, CollectionPlan plan, Terms terms, Wanted wanted, Steps steps) throws IOException {
        List<GoingManifest> manifests = new ArrayList<>();
        List<GoingFile> blobs = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        List<CollectionPlan.Stays> stays = new ArrayList<>(plan.stays());
        for (GoingManifest each : plan.manifests()) {
            steps.before("manifest " + each.manifest().place());
            if (database.await(() -> removal.manifest(each.manifest(), each.since()))) {
                manifests.add(each);
            } else {
                stays.add(changed(Kind.MANIFEST, each.manifest().place().repository(), each.manifest().place().digest(), each.manifest().size()));
            }
        }
        for (Link each : plan.links()) {
            steps.before("link " + each.place());
            if (database.await(() -> removal.link(each.place(), terms.before()))) {
                links.add(each);
            }
        }
        for (GoingFile each : plan.files()) {
            steps.before("file " + each.file().digest());
            if (database.await(() -> removal.file(each.file().digest(), terms.before()))) {
                blobs.add(each);
            } else {
                stays.add(changed(Kind.BLOB, null, each.file().digest(), each.file().size()));
            }
        }
        steps.before("bytes");
        content.discard();
        steps.before("other names");
        database.await(() -> names.forget(terms.before()));
        steps.before("uploads");
        Instant forgotten = world.now().minus(settings.uploadLifetime());
        Set<String> uploads = database.await(inventories::uploads);
        files.removeUploads(forgotten, id -> !uploads.contains(id));
        return CollectionReport.of(there, new CollectionPlan(manifests, links, blobs, stays), terms, false, wanted.details());
    }

    private static CollectionPlan.Stays changed(Kind kind, String repository, Digest digest, long size) {
        return new CollectionPlan.Stays(kind, repository, digest, size, Reason.CHANGED, null, null);
    }
}
