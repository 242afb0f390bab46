package io.gantry.gateway.route;

/**
 * How many requests somebody may still send: a bucket that fills at a steady rate up to so many. Times are of {@link System#nanoTime}.
 */
final class Allowance {
    private static final double NANOS = 1e9;
    private final double perSecond;
    private final double most;
    private double left;
    private long counted;

    Allowance(int perSecond, int most, long now) {
        this.perSecond = perSecond;
        this.most = most;
        this.left = most;
        this.counted = now;
    }

    /** @return how many are left after this one; negative if this one is too many */
    synchronized int take(long now) {
        left = Math.min(most, left + Math.max(0, now - counted) / NANOS * perSecond);
        counted = now;
        if (left < 1) {
            return -1;
        }
        left--;
        return (int) left;
    }

    /** Nobody has used it for so long that it is as good as new. */
    synchronized boolean isFull(long now) {
        return left + (now - counted) / NANOS * perSecond >= most;
    }
}
