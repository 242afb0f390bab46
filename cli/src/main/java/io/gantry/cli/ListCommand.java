package io.gantry.cli;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.Changes;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Screen;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that lists, once or each time that something has changed. */
public abstract class ListCommand<T> extends ApiCommand {
    @Mixin private Output output;

    @Option(names = {"-w", "--watch"}, description = "again each time that something has changed, until interrupted")
    private boolean watch;

    protected abstract Listing<T> listing();

    protected String text(Listing<T> listing, List<T> items, Screen screen) {
        return output.text(listing, items, screen);
    }

    @Override
    protected final int run(ApiClient api, PrintWriter out) throws InterruptedException {
        Listing<T> listing = listing();
        Screen screen = Screen.of(environment());
        if (watch) {
            return watch(api, out, listing, screen);
        }
        out.print(text(listing, api.list(listing.path(), listing.type()), screen));
        out.flush();
        return 0;
    }

    private int watch(ApiClient api, PrintWriter out, Listing<T> listing, Screen screen) throws InterruptedException {
        List<T> shown = null;
        try (Changes changes = Changes.follow(api)) {
            do {
                List<T> items = api.list(listing.path(), listing.type());
                if (!items.equals(shown)) {
                    screen.show(out, (shown == null || screen.terminal() ? "" : "\n") + text(listing, items, screen));
                    shown = items;
                }
            } while (!out.checkError() && changes.await());
        }
        throw new IllegalArgumentException("the platform has ended its stream of events; is it running? See ./gantry status");
    }
}
