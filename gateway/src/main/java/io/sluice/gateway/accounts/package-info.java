/** What the authorization server must remember, in a database: users, registered clients, grants, API keys, revocations. The only room of the gateway with JDBC. */
@NullMarked
package io.sluice.gateway.accounts;

import org.jspecify.annotations.NullMarked;
