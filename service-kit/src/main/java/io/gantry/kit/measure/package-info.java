/** What a service measures of itself; {@code GET /q/metrics} shows it. */
package io.gantry.kit.measure;
