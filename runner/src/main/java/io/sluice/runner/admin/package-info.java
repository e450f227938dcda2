/** The admin API: management and on-demand queries of the runner over HTTP. */
@NullMarked
package io.sluice.runner.admin;

import org.jspecify.annotations.NullMarked;
