package io.gantry.contracts.spec;

/** What happens to an image that breaks a rule. */
public enum ImageRuleMode {
    /** Nothing new is made of it. */
    ENFORCE,
    /** It is said, and nothing refused. */
    WARN
}
