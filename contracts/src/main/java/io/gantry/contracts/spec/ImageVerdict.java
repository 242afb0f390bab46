package io.gantry.contracts.spec;

import io.gantry.contracts.api.Always;
import java.time.Instant;
import java.util.List;

/**
 * What a rule says of an image.
 *
 * @param version of the rule, by which it was looked at
 * @param breaches of its budgets; empty if all hold
 * @param waivedUntil till then the image is let in all the same; {@code null} without a waiver
 */
public record ImageVerdict(@Always String rule, long version, @Always List<Breach> breaches, Instant waivedUntil) {
    public ImageVerdict {
        breaches = breaches == null ? List.of() : List.copyOf(breaches);
    }

    /**
     * @param figure what the image has
     * @param limit what it may have
     * @param todo how it is mended
     */
    public record Breach(@Always ImageBudget budget, @Always String figure, @Always String limit, @Always String todo) {
        /** A sentence, without what to do. */
        public String words() {
            return figure + "; the rule allows " + limit;
        }
    }

    public boolean holds() {
        return breaches.isEmpty();
    }

    public boolean waived(Instant now) {
        return waivedUntil != null && now.isBefore(waivedUntil);
    }

    public ImageVerdict waivedUntil(Instant end) {
        return new ImageVerdict(rule, version, breaches, end);
    }
}
