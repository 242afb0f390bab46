/** The peers we are measured beside: each started, driven and taken away again by what it offers itself. */
package io.gantry.bench.peer;
