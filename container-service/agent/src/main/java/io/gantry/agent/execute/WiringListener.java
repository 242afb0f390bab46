package io.gantry.agent.execute;

/** Hears of each thing that is done as a running container comes onto other networks, right after it. */
@FunctionalInterface
interface WiringListener {
    WiringListener NONE = deed -> {};

    enum Deed {
        /** It is written down which cables there are to be, and which there were. */
        ANNOUNCED,
        UNPLUGGED,
        TIED,
        BROUGHT_UP,
        LED_OUT,
        NAMED,
        /** It is written down which cables there are. */
        RECORDED
    }

    void done(Deed deed);
}
