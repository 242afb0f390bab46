/** What Docker's API answers to the same requests here and in Docker's own engine. */
package io.gantry.bench.answers;
