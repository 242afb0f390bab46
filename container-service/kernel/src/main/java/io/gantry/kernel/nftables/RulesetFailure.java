package io.gantry.kernel.nftables;

/** nftables refused a ruleset; nothing of it is in force. The message has its words and the rule they are about. */
public final class RulesetFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String commands;
    private final String explanation;

    RulesetFailure(String commands, String explanation) {
        super("nftables refused: " + explanation.strip());
        this.commands = commands;
        this.explanation = explanation;
    }

    /** What was to be done, whole. */
    public String commands() {
        return commands;
    }

    /** nftables' own words: place, error, the rule's text with the spot marked. */
    public String explanation() {
        return explanation;
    }
}
