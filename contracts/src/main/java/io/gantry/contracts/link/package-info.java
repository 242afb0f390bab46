/**
 * The node link: one WebSocket, dialled by the agent to container-service, mutual TLS, each message one JSON text frame.
 * The agent says {@code hello} first; the service answers with a whole snapshot, then changes.
 */
package io.gantry.contracts.link;
