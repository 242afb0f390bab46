/**
 * HTTP where bytes stream: a request is answered by plain code on a virtual thread, which reads the body as a stream (with
 * back-pressure to the client) and returns its answer as a value.
 */
package io.gantry.image.edge;
