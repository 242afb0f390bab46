/** Reports and comparisons over REST. */
package io.gantry.image.report.api;
