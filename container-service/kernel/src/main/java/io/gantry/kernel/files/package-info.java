/** Writing and reading trees of files that we don't trust: no link, wherever it points, leads out of their root. */
package io.gantry.kernel.files;
