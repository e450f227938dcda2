package io.sluice.common;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says once, on a record component, what a setting means: the parser, the reference and the masking of secrets all read it here. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** One sentence for the reference. */
    String doc();

    /** The key, for one that cannot be the name of a component, such as {@code public}; empty for the component's name in kebab-case. */
    String key() default "";

    /**
     * The YAML text used when the key is absent, for example {@code 8080}, {@code 10s} or {@code []}. The default, {@link #REQUIRED}, makes the
     * key mandatory; {@link #ABSENT} binds {@code null} and is only for components marked {@code @Nullable}. A nested record without
     * {@code byDefault} whose own components all have defaults may be left out as a whole.
     */
    String byDefault() default REQUIRED;

    /** Whether the value is masked wherever the configuration is printed. */
    boolean secret() default false;

    /** Marks a key that has no default. */
    String REQUIRED = "\0required";

    /** Marks a key that may be absent altogether. */
    String ABSENT = "\0absent";
}
