/** Where the time of a start goes: what the services and the agent tell each other, seen from outside with the time of each word. */
package io.gantry.bench.hop;
