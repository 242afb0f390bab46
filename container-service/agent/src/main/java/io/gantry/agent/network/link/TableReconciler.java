package io.gantry.agent.network.link;

import io.gantry.kernel.nftables.Nftables;
import io.gantry.kernel.nftables.RulesetFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/**
 * Keeps one table as planned. The table carries the digest of what it was made from, so that an agent that was restarted knows it
 * again; the agent that made it also notices when somebody else has changed it.
 */
public final class TableReconciler {
    private final Nftables nftables;
    private final String table;
    /** What the table was made from; {@code null} while that isn't known. */
    private String made;
    /** {@link Nftables#others} when it was: the same number says that it is untouched. */
    private long seen;
    /** How it looked then, where others change tables here, too; {@code null}: not known */
    private String lastListing;

    /** @param family {@code ip} or {@code bridge} */
    public TableReconciler(Nftables nftables, String family, String name) {
        this.nftables = nftables;
        this.table = family + " " + name;
    }

    /**
     * Replaces the whole table in one transaction if it differs; connections that exist go on. The table is listed only when somebody else has changed any.
     *
     * @param ruleset {@code table <family> <name> { … }}; empty for no table
     * @return whether anything was changed
     */
    public boolean reconcile(String ruleset) {
        long others = nftables.others();
        boolean untouched = untouched(others);
        if (untouched && ruleset.equals(made)) {
            return false;
        }
        boolean alone = untouched || made == null;
        if (!untouched) {
            String listing = listing();
            if (ruleset.isEmpty() ? listing.isEmpty() : isMadeFrom(ruleset, listing)) {
                note(ruleset, listing, others);
                return false;
            }
        }
        if (ruleset.isEmpty()) {
            remove();
            note(ruleset, "", others);
        } else {
            make(ruleset);
            note(ruleset, alone ? null : listing(), others);
        }
        return true;
    }

    /** Before this agent has made or seen it the mark alone tells; afterwards it must look as it did. */
    private boolean isMadeFrom(String ruleset, String listing) {
        return listing.contains(mark(ruleset)) && (made == null || made.equals(ruleset) && listing.equals(lastListing));
    }

    private boolean untouched(long others) {
        return made != null && others == seen;
    }

    /** @param others as it was before: whoever came between is noticed the next time */
    private void note(String ruleset, String listing, long others) {
        made = ruleset;
        lastListing = listing;
        seen = others;
    }

    private void make(String ruleset) {
        int open = ruleset.indexOf("{\n") + 2;
        nftables.run(
                "add table " + table + "\ndelete table " + table + "\n" + ruleset.substring(0, open) + "\t" + mark(ruleset) + "\n"
                        + ruleset.substring(open));
    }

    private static String mark(String ruleset) {
        return "comment \"" + digest(ruleset) + "\"";
    }

    /**
     * Adds elements to a set and takes others out, in one transaction, which costs as much as they are and not as the table.
     *
     * @param ruleset what the table is as if made from then
     * @return false if that can't be, or it isn't known how the table is: it is to be {@link #reconcile}d
     */
    public boolean edit(String set, Collection<String> added, Collection<String> removed, String ruleset) {
        long others = nftables.others();
        if (!untouched(others) || made.isEmpty()) {
            return false;
        }
        try {
            nftables.run(elements("delete", set, removed) + elements("add", set, added));
        } catch (RulesetFailure e) {
            return false;
        }
        note(ruleset, null, others);
        return true;
    }

    private String elements(String verb, String set, Collection<String> elements) {
        return elements.isEmpty() ? "" : verb + " element " + table + " " + set + " { " + String.join(", ", elements) + " }\n";
    }

    /** As it is in force now; empty without a table. */
    public String listing() {
        return nftables.list(table).orElse("");
    }

    public void remove() {
        nftables.delete(table);
        made = null;
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
