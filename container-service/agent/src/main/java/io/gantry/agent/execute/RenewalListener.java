package io.gantry.agent.execute;

/** Hears of each thing that is done as a running container's files are renewed, right after it. */
@FunctionalInterface
interface RenewalListener {
    RenewalListener NONE = deed -> {};

    enum Deed {
        /** It is known, in the folder itself, that a signal is due. */
        ANNOUNCED,
        REPLACED,
        /** The signal was sent. */
        TOLD,
        /** No signal is due any more. */
        SETTLED,
        RECORDED
    }

    void done(Deed deed);
}
