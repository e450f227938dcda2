/** Whose token is it, and is it good: bearer tokens, their verification, and who issues them. */
@NullMarked
package io.sluice.gateway.auth;

import org.jspecify.annotations.NullMarked;
