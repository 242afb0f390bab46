package io.gantry.agent.network.link;

import io.gantry.kernel.nftables.Nftables;
import io.gantry.kernel.nftables.RulesetFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Keeps one table as planned. The table carries the digest of what it was made from, so that an agent that was restarted knows it
 * again; the agent that made it also notices when somebody else has changed it.
 */
public final class TableReconciler {
    private final Nftables nftables;
    private final String table;
    private String lastListing;

    /** @param family {@code ip} or {@code bridge} */
    public TableReconciler(Nftables nftables, String family, String name) {
        this.nftables = nftables;
        this.table = family + " " + name;
    }

    /**
     * Replaces the whole table in one transaction if it differs; connections that exist go on.
     *
     * @param ruleset {@code table <family> <name> { … }}; empty for no table
     * @return whether anything was changed
     */
    public boolean reconcile(String ruleset) {
        String listing = listing();
        if (ruleset.isEmpty()) {
            if (!listing.isEmpty()) {
                remove();
            }
            return !listing.isEmpty();
        }
        String mark = "comment \"" + digest(ruleset) + "\"";
        boolean untouched = lastListing == null || lastListing.equals(listing);
        if (listing.contains(mark) && untouched) {
            lastListing = listing;
            return false;
        }
        int open = ruleset.indexOf("{\n") + 2;
        nftables.run(
                "add table " + table + "\ndelete table " + table + "\n" + ruleset.substring(0, open) + "\t" + mark + "\n"
                        + ruleset.substring(open));
        lastListing = listing();
        return true;
    }

    /**
     * Adds an element at once, on the way of a start. It stays until the table is next made from another ruleset.
     *
     * @return false if the table or its set isn't there
     */
    public boolean add(String set, String element) {
        try {
            nftables.run("add element " + table + " " + set + " { " + element + " }");
        } catch (RulesetFailure e) {
            return false;
        }
        lastListing = null;
        return true;
    }

    /** As it is in force now; empty without a table. */
    public String listing() {
        return nftables.list(table).orElse("");
    }

    public void remove() {
        nftables.delete(table);
        lastListing = null;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
