/**
 * What people ask for: the spec of a container and its parts. Absent optional fields are {@code null} in records and
 * missing in JSON; compact constructors fill in defaults, so that a reader never meets {@code null} where a default exists.
 */
package io.gantry.contracts.spec;
