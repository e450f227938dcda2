package io.sluice.cli;

import io.sluice.common.Setting;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gateway whose identity headers count, for {@code sluice dataservice}; in {@code sluice up} it is the one of the same process. */
public record IdentityConfig(
        @Setting(
                doc =
                        "How the gateway names itself; https, or http on loopback. Absent: http at gateway.host and gateway.port.",
                byDefault = Setting.ABSENT)
        @Nullable
        String issuer,

        @Setting(doc = "Address of its keys; /oauth2/jwks of the issuer when absent.", byDefault = Setting.ABSENT)
        @Nullable
        URI jwksUri,

        @Setting(
                doc =
                        "Names of the APIs whose callers are believed. Empty: in `sluice up` those whose upstream is the data service, elsewhere none.",
                byDefault = "[]")
        List<String> audience) {

    /** Copies the list. */
    public IdentityConfig {
        audience = List.copyOf(audience);
    }
}
