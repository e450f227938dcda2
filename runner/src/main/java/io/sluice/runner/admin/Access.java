package io.sluice.runner.admin;

import io.sluice.runner.AdminConfig;

/** What a caller must be allowed for one operation. */
public enum Access {
    /** Anybody, without credentials. */
    OPEN(""),
    /** Permission {@value AdminConfig#VIEW}. */
    VIEW(AdminConfig.VIEW),
    /** Permission {@value AdminConfig#MANAGE}. */
    MANAGE(AdminConfig.MANAGE);

    private final String permission;

    Access(String permission) {
        this.permission = permission;
    }

    /** The permission or scope; empty for {@link #OPEN}. */
    public String permission() {
        return permission;
    }
}
