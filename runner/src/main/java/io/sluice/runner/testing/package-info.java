/** Runs the tests that stand beside an app, in a sandbox and on a clock of their own. */
@NullMarked
package io.sluice.runner.testing;

import org.jspecify.annotations.NullMarked;
