/** What running containers use and which processes they have: read from the kernel's files when somebody asks, and never before. */
package io.gantry.agent.measure;
