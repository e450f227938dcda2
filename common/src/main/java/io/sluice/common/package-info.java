/** What every Sluice process shares: configuration, errors, health, metrics and the launcher. No word of the domain. */
@NullMarked
package io.sluice.common;

import org.jspecify.annotations.NullMarked;
