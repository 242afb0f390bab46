/** Kafka for services: the producer behind the outbox, and consumers that handle each fact once, however often it comes. */
package io.gantry.kit.stream;
