package io.sluice.common;

/**
 * Thrown by the compact constructor of a configuration record whose value cannot be used; {@link ConfigFile} turns it into a problem with file,
 * line and the full key.
 */
public final class InvalidSetting extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key the key inside the record, in kebab-case, for example {@code connect-timeout}
     * @param problem what is wrong with the value and what to write instead, without the key
     */
    public InvalidSetting(String key, String problem) {
        super(problem);
        this.key = key;
    }

    /** The key inside the record, in kebab-case. */
    public String key() {
        return key;
    }
}
