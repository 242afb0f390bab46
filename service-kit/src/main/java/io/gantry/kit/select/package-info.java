/** Answers with those fields only that somebody asks for. */
package io.gantry.kit.select;
