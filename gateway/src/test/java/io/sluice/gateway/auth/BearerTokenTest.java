package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.auth.BearerToken.Ambiguous;
import io.sluice.gateway.auth.BearerToken.Carrier;
import io.sluice.gateway.auth.BearerToken.Found;
import io.sluice.gateway.auth.BearerToken.Malformed;
import io.sluice.gateway.auth.BearerToken.Missing;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

    private static final List<String> NONE = List.of();
    private static final String JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln-_YXR1cmU";

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "BeArEr ", "Bearer   ", "  Bearer ", "\tBearer "})
    void findsTheTokenOfTheAuthorizationHeader(String scheme) {
        assertThat(BearerToken.find(List.of(scheme + JWT), NONE)).isEqualTo(new Found(JWT, Carrier.AUTHORIZATION));
        assertThat(BearerToken.find(List.of(scheme + JWT + " \t"), NONE))
                .isEqualTo(new Found(JWT, Carrier.AUTHORIZATION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a==", "-._~+/a1", "a.b"})
    void acceptsEveryFormOfToken68(String token) {
        assertThat(BearerToken.find(List.of("Bearer " + token), NONE))
                .isEqualTo(new Found(token, Carrier.AUTHORIZATION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "bearer \t",
                "Bearer a b",
                "Bearer a,b",
                "Bearer =",
                "Bearer a=b",
                "Bearer \"a\"",
                "Bearer a\u0000b",
                "Bearer é",
                "Bearer a\nX: y",
                "Bearer a, Bearer b",
                "Bearer a;b",
                "Bearer a\tb"
            })
    void callsWhatIsNoTokenMalformed(String header) {
        assertThat(BearerToken.find(List.of(header), NONE)).isInstanceOf(Malformed.class);
    }

    @Test
    void keepsTheSchemeOfABoundTokenApart() {
        assertThat(BearerToken.find(List.of("dpop abc"), NONE)).isEqualTo(new Found("abc", BearerToken.Carrier.DPOP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YTpi", "Bearerx a", "Bearer-x a", "DPoPx abc", "abc", "Bearer\ta"})
    void takesOtherSchemesForNoToken(String header) {
        assertThat(BearerToken.find(List.of(header), NONE)).isEqualTo(new Missing());
    }

    @Test
    void saysMissingWhereThereIsNothing() {
        assertThat(BearerToken.find(NONE, NONE)).isEqualTo(new Missing());
        assertThat(BearerToken.find(NONE, List.of("v1.stream, chat"))).isEqualTo(new Missing());
        assertThat(BearerToken.find(NONE, List.of("", " , ,"))).isEqualTo(new Missing());
    }

    @Test
    void acceptsTheLongestTokenAndNoLongerOne() {
        String longest = "a".repeat(8_192);

        assertThat(BearerToken.find(List.of("Bearer " + longest), NONE))
                .isEqualTo(new Found(longest, Carrier.AUTHORIZATION));
        assertThat(BearerToken.find(List.of("Bearer " + longest + "a"), NONE)).isInstanceOf(Malformed.class);
        String encoded = TokenForge.base64(longest);
        assertThat(BearerToken.find(NONE, List.of("bearer." + encoded)))
                .isEqualTo(new Found(longest, Carrier.SUBPROTOCOL));
        assertThat(BearerToken.find(NONE, List.of("bearer." + TokenForge.base64(longest + "a"))))
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer.%s", "v1.stream, bearer.%s", "bearer.%s,v1.stream", " a ,\tbearer.%s\t, b"})
    void findsTheTokenAmongTheSubprotocols(String header) {
        assertThat(BearerToken.find(NONE, List.of(header.formatted(JWT))))
                .isEqualTo(new Found(JWT, Carrier.SUBPROTOCOL));
        assertThat(BearerToken.find(NONE, List.of(header.formatted(TokenForge.base64("a+/=")))))
                .isEqualTo(new Found("a+/=", Carrier.SUBPROTOCOL));
    }

    @Test
    void findsTheTokenInASecondSubprotocolHeader() {
        assertThat(BearerToken.find(NONE, List.of("v1.stream", "bearer." + JWT)))
                .isEqualTo(new Found(JWT, Carrier.SUBPROTOCOL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer.", "bearer.a", "bearer.a b.c", "bearer.YQ==x", "bearer.w6k", "bearer.a\"b.c"})
    void callsABadSubprotocolTokenMalformed(String header) {
        assertThat(BearerToken.find(NONE, List.of(header))).isInstanceOf(Malformed.class);
    }

    @Test
    void doesNotChooseBetweenTwoPlaces() {
        String offered = "bearer." + JWT;

        assertThat(BearerToken.find(List.of("Bearer " + JWT), List.of(offered))).isInstanceOf(Ambiguous.class);
        assertThat(BearerToken.find(List.of("Bearer"), List.of(offered))).isInstanceOf(Ambiguous.class);
        assertThat(BearerToken.find(List.of("Bearer a", "Bearer a"), NONE)).isInstanceOf(Ambiguous.class);
        assertThat(BearerToken.find(List.of("Basic YTpi", "Bearer a"), NONE)).isInstanceOf(Ambiguous.class);
        assertThat(BearerToken.find(NONE, List.of(offered + ", " + offered))).isInstanceOf(Ambiguous.class);
        assertThat(BearerToken.find(NONE, List.of(offered, offered))).isInstanceOf(Ambiguous.class);
    }

    @Test
    void takesTheSubprotocolWhereABrowserAddsBasicByItself() {
        assertThat(BearerToken.find(List.of("Basic YTpi"), List.of("bearer." + JWT)))
                .isEqualTo(new Found(JWT, Carrier.SUBPROTOCOL));
    }

    @Test
    void namesTheSubprotocolsThatAreNoToken() {
        assertThat(BearerToken.otherSubprotocols(List.of("v1.stream, bearer." + JWT, " chat")))
                .containsExactly("v1.stream", "chat");
    }

    @Test
    void doesNotPrintTheToken() {
        assertThat(new Found(JWT, Carrier.AUTHORIZATION).toString()).isEqualTo("Found[AUTHORIZATION]");
    }

    @Property(tries = 2_000)
    void answersWhateverStrangersSend(@ForAll List<String> authorization, @ForAll List<String> subprotocols) {
        BearerToken token = BearerToken.find(authorization, subprotocols);

        if (token instanceof Found found) {
            assertThat(found.token()).matches("[A-Za-z0-9._~+/-]+=*").hasSizeLessThanOrEqualTo(8_192);
        } else {
            assertThat(token).isInstanceOfAny(Missing.class, Ambiguous.class, Malformed.class);
        }
    }

    @Property(tries = 2_000)
    void neverFindsWhatIsNotAToken(@ForAll("nearlyHeaders") String header) {
        if (BearerToken.find(List.of(header), NONE) instanceof Found found) {
            assertThat(header.strip()).matches("(?is)bearer +\\Q" + found.token() + "\\E");
            assertThat(found.token()).matches("[A-Za-z0-9._~+/-]+=*");
        }
    }

    @Property(tries = 1_000)
    void findsTheSameTokenByEveryCarrier(@ForAll("tokens") String token) {
        assertThat(BearerToken.find(List.of("Bearer " + token), NONE))
                .isEqualTo(new Found(token, Carrier.AUTHORIZATION));
        assertThat(BearerToken.find(NONE, List.of("chat, bearer." + TokenForge.base64(token))))
                .isEqualTo(new Found(token, Carrier.SUBPROTOCOL));
    }

    @Provide
    Arbitrary<String> tokens() {
        Arbitrary<String> body = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .withCharRange('0', '9')
                .withChars("-._~+/")
                .ofMinLength(1)
                .ofMaxLength(300);
        return body.flatMap(text -> Arbitraries.of("", "=", "==").map(end -> text + end));
    }

    @Provide
    Arbitrary<String> nearlyHeaders() {
        Arbitrary<String> schemes =
                Arbitraries.of("Bearer", "bearer ", "Bearer  ", "Basic ", "Bearer\t", " Bearer ", "");
        Arbitrary<String> rests = Arbitraries.strings()
                .withChars("abc.-_=+/, \t\r\n\"\\\u0000\u00e9")
                .ofMaxLength(12);
        return schemes.flatMap(scheme -> rests.map(rest -> scheme + rest));
    }
}
