/** Siddhi mapper for JSON. */
@NullMarked
package io.sluice.siddhi.json;

import org.jspecify.annotations.NullMarked;
