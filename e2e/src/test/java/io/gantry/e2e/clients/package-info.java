/** What unmodified clients of Docker did here, case by case, as a page that runs write and are held to. */
package io.gantry.e2e.clients;
