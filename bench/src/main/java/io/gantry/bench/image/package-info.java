/** Images that a bench makes anew for each run, so that nobody has their layers yet. */
package io.gantry.bench.image;
