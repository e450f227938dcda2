package io.sluice.gateway.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.JWKGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key pairs of the server, kept as a JWK set with private parts. One signs; all of them are published, so that tokens signed before the algorithm
 * was changed stay good.
 *
 * @param signing signs new tokens
 * @param all every key pair
 */
record SigningKeys(JWK signing, List<JWK> all) {

    static final String FILE = "signing-keys.json";

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private static final int RSA_BITS = 2_048;

    /** Reads the keys; makes one of the wanted algorithm if there is none yet. */
    static SigningKeys load(SecretFolder folder, JWSAlgorithm algorithm) throws IOException {
        List<JWK> keys = read(folder);
        for (JWK key : keys) {
            if (algorithm.equals(key.getAlgorithm())) {
                return new SigningKeys(key, List.copyOf(keys));
            }
        }
        JWK made = generate(algorithm);
        keys.add(made);
        folder.write(FILE, new JWKSet(keys).toString(false));
        LOG.atInfo()
                .addKeyValue("algorithm", algorithm)
                .addKeyValue("keyId", made.getKeyID())
                .addKeyValue("file", folder.path(FILE))
                .log("signing key made");
        return new SigningKeys(made, List.copyOf(keys));
    }

    /** What others may see. */
    List<JWK> publicKeys() {
        return all.stream().map(JWK::toPublicJWK).toList();
    }

    private static List<JWK> read(SecretFolder folder) throws IOException {
        String text = folder.read(FILE);
        if (text == null) {
            return new ArrayList<>();
        }
        try {
            List<JWK> keys = new ArrayList<>(JWKSet.parse(text).getKeys());
            if (keys.stream().allMatch(JWK::isPrivate)) {
                return keys;
            }
        } catch (ParseException broken) {
            throw new IOException(unreadable(folder), broken);
        }
        throw new IOException(unreadable(folder));
    }

    private static String unreadable(SecretFolder folder) {
        return "'" + folder.path(FILE)
                + "' is not a JWK set of private keys: restore it, or delete it to have new keys made,"
                + " which ends the tokens issued so far";
    }

    private static JWK generate(JWSAlgorithm algorithm) {
        JWKGenerator<? extends JWK> generator =
                algorithm.equals(JWSAlgorithm.RS256) ? new RSAKeyGenerator(RSA_BITS) : new ECKeyGenerator(Curve.P_256);
        try {
            return generator
                    .algorithm(algorithm)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException("this Java platform cannot make keys for " + algorithm, impossible);
        }
    }
}
