/** What containers of the same image are told of themselves, in Gantry and in other engines. */
package io.gantry.bench.inside;
