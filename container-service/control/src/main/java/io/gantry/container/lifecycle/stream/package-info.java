/** What the other services and the nodes say, from Kafka, each fact once. */
package io.gantry.container.lifecycle.stream;
