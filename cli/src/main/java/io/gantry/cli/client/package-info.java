/** Talking to the gateway: requests, streams, and the frames of attach and exec. */
package io.gantry.cli.client;
