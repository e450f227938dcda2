package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://127.0.0.1:8080",
        "0.0.0.0, http://127.0.0.1:8080",
        "::, http://[::1]:8080",
        "[::], http://[::1]:8080",
        "fe80::1, http://[fe80::1]:8080",
        "gateway.example, http://gateway.example:8080"
    })
    void isOneThatAClientCanCall(String host, String address) {
        assertThat(LocalAddress.of("http", host, 8080)).hasToString(address);
    }
}
