package io.gantry.gateway.route;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.streams.WriteStream;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;

/**
 * A write stream that tells of every write.
 *
 * @param written gets the size of what is written; 0 for other signs of life
 */
record Watched<T>(WriteStream<T> stream, ToLongFunction<T> size, LongConsumer written) implements WriteStream<T> {
    @Override
    public WriteStream<T> exceptionHandler(Handler<Throwable> handler) {
        stream.exceptionHandler(handler);
        return this;
    }

    @Override
    public Future<Void> write(T data) {
        written.accept(size.applyAsLong(data));
        return stream.write(data);
    }

    @Override
    public void write(T data, Handler<AsyncResult<Void>> handler) {
        write(data).onComplete(handler);
    }

    @Override
    public void end(Handler<AsyncResult<Void>> handler) {
        written.accept(0);
        stream.end(handler);
    }

    @Override
    public WriteStream<T> setWriteQueueMaxSize(int maxSize) {
        stream.setWriteQueueMaxSize(maxSize);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return stream.writeQueueFull();
    }

    @Override
    public WriteStream<T> drainHandler(Handler<Void> handler) {
        stream.drainHandler(handler == null ? null : v -> {
            written.accept(0);
            handler.handle(v);
        });
        return this;
    }
}
