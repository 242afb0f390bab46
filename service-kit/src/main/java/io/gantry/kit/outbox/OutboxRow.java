package io.gantry.kit.outbox;

/**
 * A record on its way to Kafka.
 *
 * @param partition {@code null}: Kafka's own choice by the key
 * @param payload {@code null}: a tombstone
 */
record OutboxRow(String topic, Integer partition, String key, String payload) {}
