package io.sluice.runner.admin;

import io.sluice.common.ProblemException;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name user, or subject of the token; safe to log
 * @param permissions what is granted
 */
public record Caller(String name, Set<String> permissions) {

    static final Caller ANYBODY = new Caller("", Set.of());

    /** Copies the set. */
    public Caller {
        permissions = Set.copyOf(permissions);
    }

    /**
     * Lets pass who has the permission. To manage includes to view.
     *
     * @throws ProblemException with {@link AdminError#FORBIDDEN}
     */
    public void require(Access access) {
        boolean granted = access == Access.OPEN
                || permissions.contains(access.permission())
                || (access == Access.VIEW && permissions.contains(Access.MANAGE.permission()));
        if (!granted) {
            throw new ProblemException(
                            AdminError.FORBIDDEN, "'" + name + "' lacks the permission " + access.permission())
                    .hint("Ask for a token with that scope, or add it to the user under runner.admin.users.");
        }
    }
}
