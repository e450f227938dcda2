/** Where checkpoints are kept, and when they are taken. */
@NullMarked
package io.sluice.runner.checkpoint;

import org.jspecify.annotations.NullMarked;
