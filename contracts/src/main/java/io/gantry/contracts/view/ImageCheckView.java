package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * What the rules say of an image.
 *
 * @param reference as it was asked for
 * @param admitted whether something may be made of it now
 * @param rules those for its repository, by name; empty if there are none
 */
public record ImageCheckView(@Always String reference, @Always String repository, @Always Digest manifest, boolean admitted, @Always List<Rule> rules) {
    public ImageCheckView {
        rules = List.copyOf(rules);
    }

    /** @param waivedUntil till then it is let in all the same; {@code null} if no waiver holds */
    public record Rule(@Always String name, @Always ImageRuleMode mode, boolean holds, @Always List<Breach> breaches, Instant waivedUntil) {
        public Rule {
            breaches = List.copyOf(breaches);
        }
    }
}
