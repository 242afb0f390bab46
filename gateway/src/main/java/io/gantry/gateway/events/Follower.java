package io.gantry.gateway.events;

/** Somebody who is first told what was, at their own pace, and then what is, at the tail's. */
interface Follower extends EventTail.Listener {
    /** Where it stands before its first entry; what is told again isn't new to it. */
    void begin(long[] position);

    /** Something of the past; waits while there is no room for it. */
    void put(Entry entry) throws InterruptedException;

    /** All that it wants is told. */
    void end();

    /** Nobody listens any more. */
    boolean gone();
}
