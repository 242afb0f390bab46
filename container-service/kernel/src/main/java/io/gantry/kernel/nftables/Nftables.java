package io.gantry.kernel.nftables;

import com.sun.jna.Pointer;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.util.Optional;

/**
 * The tables of one network namespace. Safe for several threads; the library keeps state of its own, so that one call runs at a time
 * in the whole process.
 */
public final class Nftables implements AutoCloseable {
    private static final Object LIBRARY = new Object();
    private static final String NOT_THERE = "No such file or directory";

    private final NetworkNamespace namespace;
    private final RulesetGeneration generation;
    private Pointer context;
    private long expected;
    private long others;

    private Nftables(NetworkNamespace namespace, RulesetGeneration generation, Pointer context) {
        this.namespace = namespace;
        this.generation = generation;
        this.context = context;
        this.expected = generation.now();
    }

    /** The library's context is made inside {@code namespace}, since its socket belongs to where it was opened. */
    public static Nftables open(NetworkNamespace namespace) {
        synchronized (LIBRARY) {
            return new Nftables(namespace, RulesetGeneration.open(namespace), namespace.call(Nftables::newContext));
        }
    }

    private static Pointer newContext() {
        Pointer context = LibNftables.nft_ctx_new(LibNftables.NFT_CTX_DEFAULT);
        if (context == null) {
            throw new IllegalStateException("libnftables could not open its netlink socket");
        }
        LibNftables.nft_ctx_buffer_output(context);
        LibNftables.nft_ctx_buffer_error(context);
        return context;
    }

    /**
     * Runs commands in nft(8)'s own language as one transaction: all of it comes into force, or nothing.
     *
     * @return what the commands print; empty for changes
     * @throws RulesetFailure with the library's explanation
     */
    public String run(String commands) {
        synchronized (LIBRARY) {
            if (context == null) {
                throw new IllegalStateException("nftables is closed");
            }
            others();
            try {
                return namespace.call(() -> runHere(commands));
            } finally {
                long now = generation.now();
                expected = now == RulesetGeneration.next(expected) ? now : expected;
                note(now);
            }
        }
    }

    /**
     * How often anybody else has changed a table in this namespace, as far as it was noticed: while the number stays, all tables are as they were left from here.
     */
    public long others() {
        synchronized (LIBRARY) {
            note(generation.now());
            return others;
        }
    }

    private void note(long now) {
        if (now != expected) {
            expected = now;
            others++;
        }
    }

    private String runHere(String commands) {
        int result = LibNftables.nft_run_cmd_from_buffer(context, commands);
        String output = LibNftables.nft_ctx_get_output_buffer(context);
        String errors = LibNftables.nft_ctx_get_error_buffer(context);
        if (result != 0) {
            throw new RulesetFailure(commands, errors == null ? "" : errors);
        }
        return output == null ? "" : output;
    }

    /** A table as nft prints it, or empty if there is none: {@code list("ip gantry_0123")}. */
    public Optional<String> list(String familyAndTable) {
        try {
            return Optional.of(run("list table " + familyAndTable));
        } catch (RulesetFailure e) {
            if (e.explanation().contains(NOT_THERE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Takes a table away with all that is in it; nothing if it isn't there. */
    public void delete(String familyAndTable) {
        run("add table " + familyAndTable + "\ndelete table " + familyAndTable);
    }

    @Override
    public void close() {
        synchronized (LIBRARY) {
            if (context != null) {
                LibNftables.nft_ctx_free(context);
                context = null;
                generation.close();
            }
        }
    }
}
