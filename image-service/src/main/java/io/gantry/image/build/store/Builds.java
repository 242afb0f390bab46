package io.gantry.image.build.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildView;
import io.gantry.image.ImageTransactions;
import io.gantry.image.build.core.StepId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds and the containers they asked for; each change with its fact. */
@Singleton
public class Builds {
    private static final int SHOWN = 200;
    private final ImageTransactions transactions;
    private final World world;

    @Inject
    Builds(ImageTransactions transactions, World world) {
        this.transactions = transactions;
        this.world = world;
    }

    public Uni<Void> begin(BuildId id, List<ImageRef> tags) {
        return transactions.in(Mode.STATEMENT, tx -> {
            tx.write(Write.of("insert into build (id, status, tags, started_at) values (:id, :status, :tags, :now)")
                    .with("id", id.value())
                    .with("status", BuildView.Status.RUNNING.name())
                    .with("tags", Json.write(tags))
                    .with("now", world.now().atOffset(ZoneOffset.UTC)));
            return tx.publish(new BuildEvent.Started(id, tags));
        });
    }

    /** Asks container-service for a container; it is the build's until it is given back. */
    public Uni<Void> want(BuildEvent.ContainerWanted wanted) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into build_container (container, build) values (:container, :build)")
                .setParameter("container", wanted.container().value())
                .setParameter("build", wanted.id().value())
                .executeUpdate()
                .chain(() -> tx.publish(wanted)));
    }

    public Uni<Void> giveBack(BuildId build, ContainerId container) {
        return transactions.in(tx -> giveBack(tx, build, container));
    }

    /** What is kept of a build's steps. @param logs what each wrote */
    public record Course(List<BuildStepView> steps, Map<StepId, String> logs) {
        /** Of a build of which nothing is known. */
        public static final Course NONE = new Course(List.of(), Map.of());
    }

    public Uni<Void> finish(BuildId id, Digest manifest, Digest image, List<ImageRef> tags, Course course) {
        return transactions.in(Mode.STATEMENT, tx -> {
            tx.write(Write.of("update build set status = :status, manifest = :manifest, image = :image, finished_at = :now, steps = cast(:steps as text) where id = :id")
                    .with("id", id.value())
                    .with("status", BuildView.Status.FINISHED.name())
                    .with("manifest", manifest.value())
                    .with("image", image.value())
                    .with("now", world.now().atOffset(ZoneOffset.UTC))
                    .with("steps", steps(course)));
            keepLogs(tx, id, course);
            return tx.publish(new BuildEvent.Finished(id, manifest, tags));
        });
    }

    /**
     * Does nothing if it has ended already.
     *
     * @param step 0 unless one is to blame
     * @param failure the place to blame, or {@code null}
     */
    public Uni<Void> fail(BuildId id, int step, String detail, BuildView.Failure failure, Course course) {
        return transactions.in(tx -> tx.session().find(BuildRow.class, id.value()).chain(row -> {
            if (row == null || row.status != BuildView.Status.RUNNING) {
                return Uni.createFrom().voidItem();
            }
            row.status = BuildView.Status.FAILED;
            row.detail = detail;
            row.failure = failure == null ? null : Json.write(failure);
            row.finishedAt = world.now();
            row.steps = steps(course);
            keepLogs(tx, id, course);
            return tx.publish(new BuildEvent.Failed(id, step, detail));
        }));
    }

    /** {@code null} where no step is known. */
    private static String steps(Course course) {
        return course.steps().isEmpty() ? null : Json.write(course.steps());
    }

    /** What its steps wrote; that of older builds goes. */
    private static void keepLogs(Transaction tx, BuildId build, Course course) {
        if (!course.logs().isEmpty()) {
            List<StepId> steps = List.copyOf(course.logs().keySet());
            tx.write(Write.of("insert into build_log (build, step, trigger, log)"
                            + " select cast(:build as text), one.* from unnest(cast(:steps as int[]), cast(:triggers as int[]), cast(:logs as bytea[])) one")
                    .with("build", build.value())
                    .with("steps", steps.stream().map(StepId::number).toArray(Integer[]::new))
                    .with("triggers", steps.stream().map(StepId::trigger).toArray(Integer[]::new))
                    .with("logs", steps.stream().map(step -> Buffer.buffer(PackedText.pack(course.logs().get(step)))).toArray(Buffer[]::new)));
            tx.write(Write.of("delete from build_log where build not in (select id from build order by started_at desc limit " + SHOWN + ")"));
        }
    }

    /** Empty if it wrote nothing, if it isn't there, or if newer builds took its place. */
    public Uni<Optional<String>> log(String id, StepId step) {
        return transactions.read(session -> session.createNativeQuery("select log from build_log where build = :build and step = :step and trigger = :trigger", byte[].class)
                .setParameter("build", id)
                .setParameter("step", step.number())
                .setParameter("trigger", step.trigger())
                .getSingleResultOrNull()
                .map(log -> Optional.ofNullable(log).map(PackedText::unpack)));
    }

    /** What a crash left: containers of builds that are over are given back. */
    public Uni<Void> giveBackAll() {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("select c.build, c.container from build_container c join build b on b.id = c.build where b.status <> 'RUNNING'", Object[].class)
                .getResultList()
                .chain(rows -> {
                    Uni<Void> all = Uni.createFrom().voidItem();
                    for (Object[] row : rows) {
                        all = all.chain(() -> giveBack(tx, new BuildId((String) row[0]), new ContainerId((String) row[1])));
                    }
                    return all;
                }));
    }

    /** Those that are running and began before {@code limit}. */
    public Uni<List<BuildId>> runningSince(Instant limit) {
        return transactions.read(session -> session.createQuery(
                        "select id from ImageBuild where status = :status and startedAt < :limit", String.class)
                .setParameter("limit", limit)
                .setParameter("status", BuildView.Status.RUNNING)
                .getResultList()
                .map(ids -> ids.stream().map(BuildId::new).toList()));
    }

    /** Newest first, at most {@value #SHOWN}. */
    public Uni<List<BuildView>> latest() {
        return newest(SHOWN);
    }

    /** Newest first. */
    public Uni<List<BuildView>> all() {
        return newest(Integer.MAX_VALUE);
    }

    private Uni<List<BuildView>> newest(int most) {
        return transactions.read(session -> session.createQuery("from ImageBuild order by startedAt desc", BuildRow.class)
                .setMaxResults(most)
                .getResultList()
                .map(rows -> rows.stream().map(BuildRow::view).toList()));
    }

    public Uni<BuildView> find(String id) {
        return transactions.read(session -> session.find(BuildRow.class, id).map(row -> {
            if (row == null) {
                throw new Refused(ProblemType.NOT_FOUND, "no build is called '" + id + "'", "GET /builds lists them");
            }
            return row.whole();
        }));
    }

    private static Uni<Void> giveBack(Transaction tx, BuildId build, ContainerId container) {
        return tx.session()
                .createNativeQuery("delete from build_container where container = :container")
                .setParameter("container", container.value())
                .executeUpdate()
                .chain(count -> count == 0 ? Uni.createFrom().voidItem() : tx.publish(new BuildEvent.ContainerUnwanted(build, container)));
    }
}
