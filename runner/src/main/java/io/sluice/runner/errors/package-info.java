/** The error store: keeps events that could not be processed, shows them, and gives them back to their app. */
@NullMarked
package io.sluice.runner.errors;

import org.jspecify.annotations.NullMarked;
