/** The scripts alone, in a scratch folder, with a faked PATH and HOME. */
package io.gantry.e2e.scripts;
