/** All facts as one resumable stream: one reader of Kafka, many watchers, none of whom can hold up another. */
package io.gantry.gateway.events;
