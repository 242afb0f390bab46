package io.gantry.container.lifecycle.store;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.outbox.Forgetting;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.outbox.Transactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.quarkus.agroal.DataSource;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.quarkus.runtime.Startup;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/** container-service's transactions. */
@Singleton
@Startup
public class ContainerTransactions extends Transactions {
    /** Removed containers with all that became true of them. Until then somebody who looks for changes seldom is told that they went. */
    static final Forgetting.Rule REMOVED = new Forgetting.Rule(
            "removed containers",
            "with asked as (select cast(? as timestamptz) as before, cast(? as int) as most),"
                    + " gone as (select c.id from containers c, asked where c.state = 'REMOVED'"
                    + " and not exists (select 1 from transitions t where t.container = c.id and t.at >= asked.before) limit (select most from asked)),"
                    + " told as (delete from transitions t using gone where t.container = gone.id)"
                    + " delete from containers c using gone where c.id = gone.id",
            Duration.ofDays(7));

    /** Of each container that many of the latest things that became true of it stay however old they are: one that is started again for ever has no end of them. */
    static final int KEPT = 1_000;

    static final Forgetting.Rule REPEATED = new Forgetting.Rule(
            "what became true of containers that start again and again",
            "with asked as (select cast(? as timestamptz) as before, cast(? as int) as most),"
                    + " long as (select container from transitions group by container having count(*) > " + KEPT + "),"
                    + " ranked as (select t.id, t.at, row_number() over (partition by t.container order by t.id desc) as place from transitions t join long using (container))"
                    + " delete from transitions where id = any (array(select id from ranked, asked where place > " + KEPT + " and at < asked.before limit (select most from asked)))",
            Duration.ofDays(7));

    private final Vertx vertx;

    @Inject
    ContainerTransactions(
            @PersistenceUnit("container") Mutiny.SessionFactory sessions,
            @DataSource("container") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world,
            Vertx vertx) {
        super("container-service", sessions, jdbc, kafka, shortWay, world, List.of(REMOVED, REPEATED));
        this.vertx = vertx;
    }

    /** A session belongs to one piece of work: where the caller's Vert.x context may be shared, it gets one of its own. */
    @Override
    protected <T> Uni<T> onOwnContext(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context current = Vertx.currentContext();
            if (current != null
                    && VertxContext.isDuplicatedContext(current)
                    && VertxContextSafetyToggle.isExplicitlyMarkedAsSafe(current)) {
                return work.get();
            }
            return Uni.createFrom().completionStage(OwnContext.run(vertx.getOrCreateContext(), work));
        });
    }

    @PreDestroy
    void stop() {
        close();
    }
}
