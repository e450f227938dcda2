/** REST services over SQL databases, declared in YAML: the service, its configuration, its HTTP front. */
@NullMarked
package io.sluice.dataservice;

import org.jspecify.annotations.NullMarked;
