package io.gantry.image.reference.store;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.image.Database;
import io.gantry.image.ImageTransactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Says what was done with images, for those who look on. */
@Singleton
public class ImageNews {
    private final Database database;
    private final ImageTransactions transactions;

    @Inject
    ImageNews(Database database, ImageTransactions transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /** Waits; not for event loops. */
    public void tell(ImageEvent.News event) {
        database.await(() -> transactions.in(tx -> tx.publish(event)));
    }
}
