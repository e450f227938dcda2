/** One deployed service: its resources, prepared against its database. */
@NullMarked
package io.sluice.dataservice.service;

import org.jspecify.annotations.NullMarked;
