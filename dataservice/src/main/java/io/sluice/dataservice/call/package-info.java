/** One call: who makes it, what its address and preferences say, how it can fail. */
@NullMarked
package io.sluice.dataservice.call;

import org.jspecify.annotations.NullMarked;
