/** What a service file can say: records of settings, checked value by value. */
@NullMarked
package io.sluice.dataservice.definition;

import org.jspecify.annotations.NullMarked;
