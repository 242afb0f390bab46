/** How a refusal looks outside: RFC 9457 problem details. */
package io.gantry.contracts.problem;
