/** What every source, sink and mapper must pass: abstract JUnit classes to be extended by the test of an extension. */
@NullMarked
package io.sluice.siddhi.kit.testing;

import org.jspecify.annotations.NullMarked;
