/** Files that one of our programs has and another sends, where both see the same disk. */
package io.gantry.kit.file;
