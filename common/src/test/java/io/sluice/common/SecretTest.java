package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void showsAsterisksOnly() {
        assertThat(new Secret("geheim")).hasToString("******");
    }

    @Test
    void givesItsValueWhereItIsUsed() {
        assertThat(new Secret("geheim").value()).isEqualTo("geheim");
    }

    @Test
    void staysMaskedInsideOtherRecords() {
        record Account(String user, Secret password) {}

        assertThat(new Account("me", new Secret("geheim")).toString()).doesNotContain("geheim");
    }

    @Test
    void staysMaskedInTheDescribedConfiguration() {
        record Account(
                @Setting(doc = "Who.") String user,
                @Setting(doc = "Proof.") Secret password,
                @Setting(doc = "Number.", secret = true) int pin,
                @Setting(doc = "More.") Map<String, Secret> others) {}
        Account account = new Account("me", new Secret("geheim"), 4711, Map.of("a", new Secret("auch-geheim")));

        assertThat(ConfigFile.describe(account)).contains("user: me").doesNotContain("geheim", "4711");
    }
}
