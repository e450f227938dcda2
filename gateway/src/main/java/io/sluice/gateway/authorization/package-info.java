/** The built-in authorization server: issues access tokens to configured clients where no other issuer is at hand. */
@NullMarked
package io.sluice.gateway.authorization;

import org.jspecify.annotations.NullMarked;
