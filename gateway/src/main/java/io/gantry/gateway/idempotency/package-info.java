/** Requests that may be sent again without being done again: {@code Idempotency-Key}. */
package io.gantry.gateway.idempotency;
