package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    private final Challenge challenge = new Challenge("sluice", null);

    @Test
    void namesNoErrorWhereThereWereNoCredentials() {
        assertThat(challenge.missing()).isEqualTo("Bearer realm=\"sluice\"");
    }

    @Test
    void saysWhatIsWrongWithAToken() {
        assertThat(challenge.invalidToken("the token is expired"))
                .isEqualTo(
                        "Bearer realm=\"sluice\", error=\"invalid_token\", error_description=\"the token is expired\"");
    }

    @Test
    void namesTheScopesThatAreNeeded() {
        assertThat(challenge.insufficientScope(List.of("orders:read", "orders:write")))
                .isEqualTo("Bearer realm=\"sluice\", error=\"insufficient_scope\", scope=\"orders:read orders:write\"");
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        assertThat(challenge.invalidRequest("two tokens"))
                .isEqualTo("Bearer realm=\"sluice\", error=\"invalid_request\", error_description=\"two tokens\"");
    }

    @Test
    void pointsToTheMetadataOfTheResource() {
        Challenge pointing =
                new Challenge("sluice", "https://gw.example/.well-known/oauth-protected-resource/orders/1.0");

        assertThat(pointing.missing())
                .isEqualTo("Bearer realm=\"sluice\", resource_metadata="
                        + "\"https://gw.example/.well-known/oauth-protected-resource/orders/1.0\"");
    }

    @Test
    void escapesTheRealm() {
        assertThat(new Challenge("a \"b\" \\ c\r\nX: y", null).missing())
                .isEqualTo("Bearer realm=\"a \\\"b\\\" \\\\ c??X: y\"");
    }

    @Property(tries = 1_000)
    void isAlwaysOneHeaderLineWithBalancedQuotes(@ForAll String realm, @ForAll String reason) {
        String value = new Challenge(realm, null).invalidToken(reason);

        assertThat(value)
                .matches(
                        "Bearer realm=\"(?:[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]|\\\\[\"\\\\])*\", error=\"invalid_token\","
                                + " error_description=\"[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]*\"");
    }
}
