package io.gantry.network.address.store;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.time.World;
import io.gantry.network.NetworkConfig;
import io.gantry.network.address.core.AddressChoice;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Addresses given out, in the transaction of what they are for. */
@Singleton
public class Leases {
    /** The pool of virtual IPs; any other pool is a network's id. */
    public static final String VIRTUAL = "virtual";

    /**
     * Which was given back longest ago, but for what somebody had asked for; and unless there is one all that are taken, those given back a moment ago among them: of a busy pool they are
     * hundreds.
     */
    private static final String FREE =
            """
            with free as materialized (
                select address from lease
                where pool = :pool and released_at <= :until and not asked and cast(address as inet) between cast(cast(:first as text) as inet) and cast(cast(:last as text) as inet)
                order by released_at limit 1)
            select (select address from free), coalesce((
                select string_agg(address, ' ') from lease
                where pool = :pool and (released_at is null or released_at > :until) and not exists (select 1 from free)), '')
            """;

    private final NetworkConfig config;
    private final World world;

    @Inject
    Leases(NetworkConfig config, World world) {
        this.config = config;
        this.world = world;
    }

    public Uni<Optional<Ipv4>> virtual(Transaction transaction, String holder) {
        return lease(transaction, VIRTUAL, Cidr.parse(config.virtualPool()), holder);
    }

    /** The one that was given back longest ago, as late as it can be; the lowest if none was. Empty when none is left. */
    public Uni<Optional<Ipv4>> lease(Transaction transaction, String pool, Cidr subnet, String holder) {
        return transaction.flush()
                .chain(() -> Look.at(FREE)
                        .with("pool", pool)
                        .with("until", OffsetDateTime.ofInstant(world.now().minus(config.hold()), ZoneOffset.UTC))
                        .with("first", AddressChoice.first(subnet).toString())
                        .with("last", AddressChoice.last(subnet).toString())
                        .row(transaction.session()))
                .map(row -> row[0] == null ? AddressChoice.choose(subnet, addresses((String) row[1])) : Optional.of(Ipv4.parse((String) row[0])))
                .invoke(address -> address.ifPresent(chosen -> take(transaction, pool, chosen, holder, false)));
    }

    private static Set<Ipv4> addresses(String all) {
        return all.isEmpty() ? Set.of() : Stream.of(all.split(" ")).map(Ipv4::parse).collect(Collectors.toSet());
    }

    /** That very one: false if somebody has it. One that was given back a moment ago is free for who knows what he asks for. */
    public Uni<Boolean> claim(Transaction transaction, String pool, Ipv4 address, String holder) {
        return transaction.flush()
                .chain(() -> transaction.session()
                        .createNativeQuery("select count(*) from lease where pool = :pool and address = :address and released_at is null", Long.class)
                        .setParameter("pool", pool)
                        .setParameter("address", address.toString())
                        .getSingleResult())
                .map(count -> {
                    if (count == 0) {
                        take(transaction, pool, address, holder, true);
                    }
                    return count == 0;
                });
    }

    private static void take(Transaction transaction, String pool, Ipv4 address, String holder, boolean asked) {
        transaction.write(Write.of("insert into lease (pool, address, holder, asked) values (:pool, :address, :holder, :asked)"
                        + " on conflict (pool, address) do update set holder = excluded.holder, released_at = null, asked = excluded.asked")
                .with("pool", pool)
                .with("address", address.toString())
                .with("holder", holder)
                .with("asked", asked));
    }

    /** It is held for a while before somebody else gets it. Not one that was leased in this transaction: {@link Transaction#flush} comes first there. */
    public void release(Transaction transaction, String pool, Ipv4 address) {
        transaction.write(Write.of("update lease set released_at = :now where pool = :pool and address = :address")
                .with("now", OffsetDateTime.ofInstant(world.now(), ZoneOffset.UTC))
                .with("pool", pool)
                .with("address", address.toString()));
    }

    /** All of a network that is gone. */
    public Uni<Void> drop(Transaction transaction, String pool) {
        return transaction.flush().invoke(() -> transaction.write(Write.of("delete from lease where pool = :pool").with("pool", pool)));
    }
}
