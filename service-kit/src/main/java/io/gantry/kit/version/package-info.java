/** Changes that are made only if a thing is still as somebody saw it: {@code ETag} and {@code If-Match} (RFC 9110, section 13). */
package io.gantry.kit.version;
