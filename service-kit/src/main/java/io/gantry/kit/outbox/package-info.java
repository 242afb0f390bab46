/**
 * A fact is published if and only if its transaction committed: {@link io.gantry.kit.outbox.Transactions} writes it beside the
 * state, {@link io.gantry.kit.outbox.OutboxRelay} carries it to Kafka afterwards, in row order, as often as it takes.
 */
package io.gantry.kit.outbox;
