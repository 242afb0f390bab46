package io.gantry.gateway.known;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A question that many have at the same time. It is asked by one after the other, never by two at once; who comes while it is being asked is not answered
 * with that, which may be from before they came, but shares the next asking with all who came meanwhile.
 */
final class SharedQuestion<T> {
    private final Supplier<Future<T>> question;
    private List<Promise<T>> waiting = new ArrayList<>();
    private boolean underway;

    SharedQuestion(Supplier<Future<T>> question) {
        this.question = question;
    }

    /** Completes on whatever thread the question's own answer does. */
    Future<T> ask() {
        Promise<T> promise = Promise.promise();
        synchronized (this) {
            waiting.add(promise);
            if (underway) {
                return promise.future();
            }
            underway = true;
        }
        next();
        return promise.future();
    }

    private void next() {
        List<Promise<T>> theirs;
        synchronized (this) {
            theirs = waiting;
            underway = !theirs.isEmpty();
            waiting = new ArrayList<>();
        }
        if (!theirs.isEmpty()) {
            put().onComplete(answer -> {
                // the others' question is on its way while these do something with their answer
                next();
                theirs.forEach(promise -> promise.handle(answer));
            });
        }
    }

    private Future<T> put() {
        try {
            return question.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
