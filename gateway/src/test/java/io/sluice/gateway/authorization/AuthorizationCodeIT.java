package io.sluice.gateway.authorization;

import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.basic;
import static io.sluice.gateway.authorization.AuthorizationServerUnderTest.header;
import static io.sluice.gateway.authorization.Browser.PASSWORD;
import static io.sluice.gateway.authorization.Browser.USER;
import static io.sluice.gateway.authorization.Browser.form;
import static io.sluice.gateway.authorization.Browser.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.auth.TokenVerdict;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, from the first page to the last token (RFC 6749 section 4.1, RFC 7636, RFC 7009, RFC 7662, RFC 9207, RFC 9700). */
class AuthorizationCodeIT {

    @TempDir
    Path home;

    private AuthorizationServerUnderTest server;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        server = new AuthorizationServerUnderTest(home, "ES256");
        browser = new Browser(server);
        assertThat(addUser(USER, PASSWORD).statusCode()).isEqualTo(201);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void leadsAUserToATokenForTheApplication() throws Exception {
        Map<String, String> answer = browser.allow(request());

        assertThat(answer).containsEntry("state", "x y&z").containsEntry("iss", server.issuer());
        HttpResponse<String> redeemed = browser.redeem(answer.get("code"));
        assertThat(redeemed.statusCode()).isEqualTo(200);
        assertThat(header(redeemed, "cache-control")).isEqualTo("no-store");
        JsonObject tokens = new JsonObject(redeemed.body());
        TokenVerdict.Active active = (TokenVerdict.Active) server.verify(tokens.getString("access_token"));
        assertThat(active.principal().subject()).isEqualTo(USER);
        assertThat(active.principal().clientId()).isEqualTo("phone");
        assertThat(active.principal().scopes()).containsExactly("orders:read");
        assertThat(tokens.getString("refresh_token")).hasSize(43);
    }

    @Test
    void showsAPageWithoutScriptsThatNoOtherSiteCanFrame() throws Exception {
        HttpResponse<String> page = browser.open(request());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-security-policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self' https://app.example;");
        assertThat(header(page, "x-frame-options")).isEqualTo("DENY");
        assertThat(header(page, "cache-control")).isEqualTo("no-store");
        assertThat(header(page, "set-cookie")).containsIgnoringCase("HttpOnly").contains("SameSite=Strict");
        assertThat(page.body()).doesNotContain("<script");
    }

    @Test
    void writesNothingOfTheRequestIntoThePageUnescaped() throws Exception {
        HttpResponse<String> page = browser.open(request());

        HttpResponse<String> again = browser.answer(page, "\"><script>alert(1)</script>", "x", "allow");

        assertThat(again.statusCode()).isEqualTo(401);
        assertThat(again.body()).contains("&lt;script&gt;").doesNotContain("<script>");
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, nobody",
        "redirect_uri, https://app.example/back/",
        "redirect_uri, https://app.example/back?x=1",
        "redirect_uri, https://app.example:444/back",
        "redirect_uri, https://app.example.evil.example/back",
        "redirect_uri, http://app.example/back",
        "redirect_uri, https://APP.example/back",
        "redirect_uri, http://127.0.0.1:1/other",
        "redirect_uri, http://127.0.0.1.evil.example/loop",
        "redirect_uri, http://127.0.0.1:80@evil.example/loop",
    })
    void neverRedirectsWhereTheClientIsNotRegistered(String parameter, String value) throws Exception {
        Map<String, String> parameters = request();
        parameters.put(parameter, value);

        HttpResponse<String> page = browser.open(parameters);

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(header(page, "location")).isEmpty();
        assertThat(page.body()).doesNotContain(value);
    }

    @Test
    void leavesThePortOfALoopbackAddressFree() throws Exception {
        Map<String, String> parameters = request();
        parameters.put("redirect_uri", "http://127.0.0.1:51234/loop");

        assertThat(browser.open(parameters).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, code token, unsupported_response_type",
        "response_type, '', invalid_request",
        "code_challenge, '', invalid_request",
        "code_challenge, short, invalid_request",
        "code_challenge_method, plain, invalid_request",
        "code_challenge_method, '', invalid_request",
        "scope, orders:write, invalid_scope",
        "scope, unknown, invalid_scope",
        "response_mode, fragment, invalid_request",
        "request_uri, https://evil.example/r, request_uri_not_supported",
    })
    void tellsTheApplicationWhatIsWrong(String parameter, String value, String error) throws Exception {
        Map<String, String> parameters = request();
        if (value.isEmpty()) {
            parameters.remove(parameter);
        } else {
            parameters.put(parameter, value);
        }

        HttpResponse<String> refused = browser.open(parameters);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(303);
        assertThat(Browser.query(refused))
                .containsEntry("error", error)
                .containsEntry("iss", server.issuer())
                .containsEntry("state", "x y&z")
                .doesNotContainKey("code");
    }

    @Test
    void refusesAParameterThatIsThereTwice() throws Exception {
        HttpResponse<String> refused =
                server.get("/oauth2/authorize?" + form(request()) + "&code_challenge=" + Browser.CHALLENGE);

        assertThat(Browser.query(refused)).containsEntry("error", "invalid_request");
    }

    @Test
    void tellsTheApplicationThatTheUserSaidNo() throws Exception {
        HttpResponse<String> denied = browser.answer(browser.open(request()), "", "", "deny");

        assertThat(denied.statusCode()).isEqualTo(303);
        assertThat(Browser.query(denied)).containsEntry("error", "access_denied");
    }

    @Test
    void takesNoAnswerWithoutTheCookieOfTheSameBrowser() throws Exception {
        HttpResponse<String> mine = browser.open(request());
        HttpResponse<String> other = browser.open(request());

        HttpResponse<String> crossed =
                browser.post(Browser.ticket(mine), Browser.cookie(other), USER, PASSWORD, "allow");
        HttpResponse<String> none = browser.post(Browser.ticket(mine), "a=b", USER, PASSWORD, "allow");

        assertThat(List.of(crossed.statusCode(), none.statusCode())).containsOnly(400);
    }

    @Test
    void takesNoAnswerFromAnotherSite() throws Exception {
        HttpResponse<String> page = browser.open(request());
        String body =
                form(Map.of("ticket", Browser.ticket(page), "user", USER, "password", PASSWORD, "answer", "allow"));

        HttpResponse<String> refused = server.send(HttpRequest.newBuilder(server.uri("/oauth2/authorize"))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", Browser.cookie(page))
                .header("origin", "https://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString(body)));

        assertThat(refused.statusCode()).isEqualTo(403);
    }

    @Test
    void takesAnAnswerOnce() throws Exception {
        HttpResponse<String> page = browser.open(request());

        assertThat(browser.answer(page, USER, PASSWORD, "allow").statusCode()).isEqualTo(303);
        assertThat(browser.answer(page, USER, PASSWORD, "allow").statusCode()).isEqualTo(400);
    }

    @Test
    void stopsWhoGuessesPasswords() throws Exception {
        HttpResponse<String> page = browser.open(request());
        for (int i = 0; i < SignInLimits.PER_USER_AND_ADDRESS; i++) {
            assertThat(browser.answer(page, USER, "wrong " + i, "allow").body()).contains("is wrong");
        }

        assertThat(browser.answer(page, USER, PASSWORD, "allow").body()).contains("Too many attempts");
        server.clock.advance(SignInLimits.WINDOW);
        assertThat(browser.answer(browser.open(request()), USER, PASSWORD, "allow")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void redeemsACodeOnceAndEndsItsTokensAtTheSecondTime() throws Exception {
        String code = browser.allow(request()).get("code");
        JsonObject tokens = new JsonObject(browser.redeem(code).body());

        HttpResponse<String> again = browser.redeem(code);

        assertError(again, "invalid_grant");
        assertThat(server.verify(tokens.getString("access_token")))
                .isEqualTo(new TokenVerdict.Inactive("the token is revoked"));
        assertError(browser.refresh(tokens.getString("refresh_token")), "invalid_grant");
    }

    @ParameterizedTest
    @CsvSource({
        "code_verifier, dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX",
        "code_verifier, short",
        "code_verifier, E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "redirect_uri, https://app.example/other",
        "code, unknown",
    })
    void redeemsNoCodeWithAnother(String parameter, String value) throws Exception {
        Map<String, String> good = new HashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                "phone",
                "code",
                browser.allow(request()).get("code"),
                "redirect_uri",
                Browser.REDIRECT,
                "code_verifier",
                Browser.VERIFIER));
        good.put(parameter, value);

        assertError(server.token(null, form(good)), "invalid_grant");
    }

    @Test
    void redeemsNoCodeOfAnotherClientNorAnOldOne() throws Exception {
        String code = browser.allow(request()).get("code");
        Map<String, String> parameters = Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                Browser.REDIRECT,
                "code_verifier",
                Browser.VERIFIER);
        String basic = basic("web", AuthorizationServerUnderTest.SECRET);
        assertError(server.token(basic, form(parameters)), "invalid_grant");

        String late = browser.allow(request()).get("code");
        server.clock.advance(Codes.LIFETIME);
        assertError(browser.redeem(late), "invalid_grant");
    }

    @Test
    void replacesARefreshTokenEachTimeAndEndsTheFamilyWhenAnOldOneComesBack() throws Exception {
        JsonObject first = browser.tokens();
        JsonObject second =
                new JsonObject(browser.refresh(first.getString("refresh_token")).body());
        assertThat(server.verify(second.getString("access_token"))).isInstanceOf(TokenVerdict.Active.class);

        HttpResponse<String> stolen = browser.refresh(first.getString("refresh_token"));

        assertError(stolen, "invalid_grant");
        assertError(browser.refresh(second.getString("refresh_token")), "invalid_grant");
        for (JsonObject tokens : List.of(first, second)) {
            assertThat(server.verify(tokens.getString("access_token")))
                    .isEqualTo(new TokenVerdict.Inactive("the token is revoked"));
        }
    }

    @Test
    void narrowsScopesAtARefreshButNeverWidensThem() throws Exception {
        JsonObject tokens = browser.tokens();
        Map<String, String> wider = Map.of(
                "grant_type", "refresh_token",
                "client_id", "phone",
                "refresh_token", tokens.getString("refresh_token"),
                "scope", "orders:read orders:write");

        assertError(server.token(null, form(wider)), "invalid_scope");
        assertThat(browser.refresh(tokens.getString("refresh_token")).statusCode())
                .as("the mistake did not cost the token")
                .isEqualTo(200);
    }

    @Test
    void endsATokenAtOnceAndForGood() throws Exception {
        JsonObject tokens = browser.tokens();
        AtomicInteger told = new AtomicInteger();
        TokenVerdict.Active active = (TokenVerdict.Active) server.verify(tokens.getString("access_token"));
        server.server().revocations().watch(active.principal(), told::incrementAndGet);

        assertThat(revoke(tokens.getString("access_token")).statusCode()).isEqualTo(200);

        assertThat(told).hasValue(1);
        assertThat(server.verify(tokens.getString("access_token"))).isInstanceOf(TokenVerdict.Inactive.class);
        server.restart("ES256");
        assertThat(server.verify(tokens.getString("access_token")))
                .as("after a restart")
                .isEqualTo(new TokenVerdict.Inactive("the token is revoked"));
        assertThat(browser.refresh(tokens.getString("refresh_token")).statusCode())
                .as("the grant lives on")
                .isEqualTo(200);
    }

    @Test
    void endsTheWholeFamilyWithItsRefreshToken() throws Exception {
        JsonObject tokens = browser.tokens();

        assertThat(revoke(tokens.getString("refresh_token")).statusCode()).isEqualTo(200);

        assertThat(server.verify(tokens.getString("access_token"))).isInstanceOf(TokenVerdict.Inactive.class);
        server.restart("ES256");
        assertError(browser.refresh(tokens.getString("refresh_token")), "invalid_grant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "un.known.token"})
    void answersTheRevocationOfAnUnknownTokenWithOk(String token) throws Exception {
        assertThat(revoke(token).statusCode()).isEqualTo(200);
    }

    @Test
    void doesNotEndTheTokenOfAnotherClient() throws Exception {
        JsonObject tokens = browser.tokens();
        for (String token : List.of("access_token", "refresh_token")) {
            HttpResponse<String> answer = server.post(
                    "/oauth2/revoke",
                    basic("app", AuthorizationServerUnderTest.SECRET),
                    "token=" + tokens.getString(token));
            assertThat(answer.statusCode()).isEqualTo(200);
        }

        assertThat(server.verify(tokens.getString("access_token"))).isInstanceOf(TokenVerdict.Active.class);
        assertThat(browser.refresh(tokens.getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void tellsAConfidentialClientAboutATokenAndNobodyElse() throws Exception {
        JsonObject tokens = browser.tokens();

        JsonObject told = introspect(tokens.getString("access_token"));
        assertThat(told.getBoolean("active")).isTrue();
        assertThat(told.getString("sub")).isEqualTo(USER);
        assertThat(told.getString("scope")).isEqualTo("orders:read");
        assertThat(introspect("un.known.token").encode()).isEqualTo("{\"active\":false}");
        assertThat(introspect(tokens.getString("refresh_token")).getBoolean("active"))
                .as("the refresh token of another client")
                .isFalse();
        assertThat(server.post("/oauth2/introspect", null, "client_id=phone&token=x")
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.post("/oauth2/introspect", null, "token=x").statusCode())
                .isEqualTo(401);
        revoke(tokens.getString("access_token"));
        assertThat(introspect(tokens.getString("access_token")).getBoolean("active"))
                .isFalse();
    }

    @Test
    void endsEverythingOfAUserWhoIsRemoved() throws Exception {
        JsonObject tokens = browser.tokens();

        HttpResponse<String> removed = server.send(HttpRequest.newBuilder(server.uri("/oauth2/users/" + USER))
                .header("authorization", "Bearer " + server.administrationToken())
                .DELETE());

        assertThat(removed.statusCode()).isEqualTo(200);
        assertThat(server.verify(tokens.getString("access_token"))).isInstanceOf(TokenVerdict.Inactive.class);
        assertError(browser.refresh(tokens.getString("refresh_token")), "invalid_grant");
        assertThat(browser.answer(browser.open(request()), USER, PASSWORD, "allow")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void letsOnlyTheAdministratorAddUsers() throws Exception {
        HttpRequest.Builder stranger = HttpRequest.newBuilder(server.uri("/oauth2/users"))
                .header("authorization", "Bearer " + "x".repeat(43))
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"eve\",\"password\":\"long enough it is\"}"));

        assertThat(server.send(stranger).statusCode()).isEqualTo(401);
        assertThat(addUser(USER, PASSWORD).statusCode()).as("taken").isEqualTo(409);
        assertThat(addUser("bob", "short").statusCode()).isEqualTo(400);
    }

    @Test
    void ofTwoRefreshesAtOnceOneIsAReuse() throws Exception {
        String token = browser.tokens().getString("refresh_token");
        List<Integer> statuses = new ArrayList<>();
        Thread other = new Thread(() -> statusOf(token, statuses));
        other.start();
        statusOf(token, statuses);
        other.join();

        assertThat(statuses).containsExactlyInAnyOrder(200, 400);
    }

    private void statusOf(String token, List<Integer> statuses) {
        try {
            int status = browser.refresh(token).statusCode();
            synchronized (statuses) {
                statuses.add(status);
            }
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    private HttpResponse<String> addUser(String name, String password) throws Exception {
        return server.administer(
                "/oauth2/users", new JsonObject().put("name", name).put("password", password));
    }

    private HttpResponse<String> revoke(String token) throws Exception {
        return server.post("/oauth2/revoke", null, "client_id=phone&token=" + token);
    }

    private JsonObject introspect(String token) throws Exception {
        HttpResponse<String> answer =
                server.post("/oauth2/introspect", basic("app", AuthorizationServerUnderTest.SECRET), "token=" + token);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static void assertError(HttpResponse<String> answer, String error) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(error);
    }
}
