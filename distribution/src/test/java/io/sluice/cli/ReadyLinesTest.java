package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.ServedApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadyLinesTest {

    private static final ServedApi ORDERS = api("orders", List.of("orders:read", "orders:all"), false);

    private static ServedApi api(String name, List<String> scopes, boolean open) {
        String path = "/" + name + "/1.0";
        return new ServedApi(name, "1.0", path, scopes, open, URI.create("ws://127.0.0.1:8080" + path));
    }

    private static ReadyLines lines(String home, List<ServedApi> apis, String kafka, Set<String> topics) {
        String gateway = apis.isEmpty() ? "" : "http://127.0.0.1:8080";
        return new ReadyLines(
                Path.of(home),
                gateway,
                apis,
                "http://127.0.0.1:9090",
                "http://127.0.0.1:9095",
                kafka,
                topics,
                "http://127.0.0.1:9100");
    }

    private static String printed(ReadyLines lines) {
        StringWriter text = new StringWriter();
        lines.print(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void beginWithTheTimeAndNameEveryAddress() {
        String text = printed(lines("/home", List.of(ORDERS), "127.0.0.1:9092", Set.of("orders")));

        assertThat(text).matches("(?s)sluice ready in \\d+ ms\n.*");
        assertThat(text)
                .contains(
                        "gateway  http://127.0.0.1:8080\n",
                        "api      ws://127.0.0.1:8080/orders/1.0  (orders, scopes: orders:read orders:all)\n",
                        "data     http://127.0.0.1:9095\n",
                        "kafka    127.0.0.1:9092\n",
                        "health   http://127.0.0.1:9100/health/ready\n");
    }

    @Test
    void sayWhatAnApiWithoutScopesAsksFor() {
        String text = printed(
                lines("/home", List.of(api("open", List.of(), true), api("any", List.of(), false)), "", Set.of()));

        assertThat(text).contains("(open, public)", "(any, any good token)");
    }

    @Test
    void tryOutTheSampleWhereItsTopicIsThere() {
        String text = printed(lines("/home", List.of(ORDERS), "127.0.0.1:9092", Set.of("productions")));

        assertThat(text)
                .contains(
                        "sluice listen --home /home orders\n",
                        "sluice produce --home /home productions siddhi-apps/data/productions.jsonl\n",
                        "kcat -P -b 127.0.0.1:9092 -t productions\n");
    }

    @Test
    void tryOutATopicOfTheUsersOwnAppAndNeverOneThatIsNotThere() {
        String own = printed(lines("/home", List.of(ORDERS), "127.0.0.1:9092", Set.of("orders-in")));
        String none = printed(lines("/home", List.of(ORDERS), "127.0.0.1:9092", Set.of()));

        assertThat(own).contains("sluice produce --home /home orders-in ").doesNotContain("productions");
        assertThat(none).contains("sluice listen").doesNotContain("sluice produce", "kcat");
    }

    @Test
    void leaveOutWhatDoesNotRun() {
        String text = printed(lines("/home", List.of(), "", Set.of()));

        assertThat(text).contains("health").doesNotContain("gateway", "kafka", "Try it");
    }

    @Test
    void canBePastedWhateverTheHomeIsCalled() {
        String text = printed(lines("/my home/it's", List.of(ORDERS), "127.0.0.1:9092", Set.of()));

        assertThat(text).contains("listen --home '/my home/it'\\''s' orders\n");
    }

    @Test
    void goIntoTheRunFileToo() {
        RunFile file =
                lines("/home", List.of(ORDERS), "127.0.0.1:9092", Set.of()).runFile();

        assertThat(file)
                .isEqualTo(new RunFile(
                        "http://127.0.0.1:8080",
                        "http://127.0.0.1:9090",
                        "127.0.0.1:9092",
                        "http://127.0.0.1:9100",
                        List.of(new RunFile.Api("orders", "ws://127.0.0.1:8080/orders/1.0")),
                        ProcessHandle.current().pid()));
    }
}
