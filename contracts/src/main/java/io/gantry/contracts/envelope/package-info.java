/** How facts travel: topics, CloudEvents 1.0 and the one JSON mapper. */
package io.gantry.contracts.envelope;
