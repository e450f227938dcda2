/** What a checkpoint of an app holds, and how it gets out of the engine and back: stable names, state of every element, the encoding. */
@NullMarked
package io.sluice.runner.state;

import org.jspecify.annotations.NullMarked;
