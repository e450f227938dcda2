package io.sluice.gateway.authorization;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user with a browser, and the application that sent them. */
final class Browser {

    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636, appendix B
    static final String REDIRECT = "https://app.example/back";
    static final String USER = "alice";
    static final String PASSWORD = "correct horse battery";

    private static final Pattern TICKET = Pattern.compile("name=\"ticket\" value=\"([^\"]+)\"");

    private final AuthorizationServerUnderTest server;

    Browser(AuthorizationServerUnderTest server) {
        this.server = server;
    }

    /** The parameters of a good request of the public client {@code phone}. */
    static Map<String, String> request() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", "phone");
        parameters.put("redirect_uri", REDIRECT);
        parameters.put("scope", "orders:read");
        parameters.put("state", "x y&z");
        parameters.put("code_challenge", CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    HttpResponse<String> open(Map<String, String> parameters) throws Exception {
        return server.get("/oauth2/authorize?" + form(parameters));
    }

    /** Presses a button on the page. */
    HttpResponse<String> answer(HttpResponse<String> page, String user, String password, String button)
            throws Exception {
        return post(ticket(page), cookie(page), user, password, button);
    }

    HttpResponse<String> post(String ticket, String cookie, String user, String password, String button)
            throws Exception {
        String body = form(Map.of("ticket", ticket, "user", user, "password", password, "answer", button));
        return server.send(HttpRequest.newBuilder(server.uri("/oauth2/authorize"))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", cookie)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Signs in and allows; what the application gets. */
    Map<String, String> allow(Map<String, String> parameters) throws Exception {
        return query(answer(open(parameters), USER, PASSWORD, "allow"));
    }

    HttpResponse<String> redeem(String code) throws Exception {
        return server.token(
                null,
                form(Map.of(
                        "grant_type", "authorization_code",
                        "client_id", "phone",
                        "code", code,
                        "redirect_uri", REDIRECT,
                        "code_verifier", VERIFIER)));
    }

    /** From the first page to the tokens. */
    JsonObject tokens() throws Exception {
        return new JsonObject(redeem(allow(request()).get("code")).body());
    }

    HttpResponse<String> refresh(String refreshToken) throws Exception {
        return server.token(
                null, form(Map.of("grant_type", "refresh_token", "client_id", "phone", "refresh_token", refreshToken)));
    }

    static String ticket(HttpResponse<String> page) {
        Matcher found = TICKET.matcher(page.body());
        if (!found.find()) {
            throw new AssertionError("no ticket in " + page.body());
        }
        return found.group(1);
    }

    static String cookie(HttpResponse<String> page) {
        return AuthorizationServerUnderTest.header(page, "set-cookie").split(";")[0];
    }

    static Map<String, String> query(HttpResponse<String> redirect) {
        URI target = URI.create(AuthorizationServerUnderTest.header(redirect, "location"));
        Map<String, String> parameters = new HashMap<>();
        for (String pair : target.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    static String form(Map<String, String> parameters) {
        StringBuilder form = new StringBuilder();
        parameters.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }
}
