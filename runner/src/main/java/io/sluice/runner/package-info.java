/** Hosts Siddhi apps. */
@NullMarked
package io.sluice.runner;

import org.jspecify.annotations.NullMarked;
