/** From what this node shall hold and what it holds to what is to be done: a pure core, and around it the threads that do it. */
package io.gantry.agent.reconcile;
