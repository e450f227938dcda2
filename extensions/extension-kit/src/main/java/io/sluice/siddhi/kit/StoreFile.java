package io.sluice.siddhi.kit;

import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS12 or JKS file with keys or trusted certificates; the format is found by looking into it.
 *
 * @param path the file
 * @param password of the file and of the keys in it; null only for a trust store that has none
 */
public record StoreFile(String path, @Nullable String password) {

    /** The file cannot serve; the message says why, without the password. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The private key and certificate that a server shows.
     *
     * @throws Unusable if the file is missing, of another format, locked by another password, or holds no private key
     */
    public KeyCertOptions keys() throws Unusable {
        KeyStore store = load();
        try {
            if (!holdsKey(store)) {
                throw new Unusable("'" + path + "' holds no private key", null);
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, characters());
            return KeyCertOptions.wrap(factory);
        } catch (UnrecoverableKeyException locked) {
            throw new Unusable("the key in '" + path + "' has another password than the file", locked);
        } catch (GeneralSecurityException trouble) {
            throw new Unusable("'" + path + "' is not usable: " + trouble.getMessage(), trouble);
        }
    }

    /**
     * The certificates that a client trusts.
     *
     * @throws Unusable if the file is missing, of another format, or locked by another password
     */
    public TrustOptions trust() throws Unusable {
        KeyStore store = load();
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return TrustOptions.wrap(factory);
        } catch (GeneralSecurityException trouble) {
            throw new Unusable("'" + path + "' is not usable: " + trouble.getMessage(), trouble);
        }
    }

    private KeyStore load() throws Unusable {
        File file = new File(path);
        if (!file.isFile()) {
            throw new Unusable("there is no file '" + path + "'", null);
        }
        try {
            return KeyStore.getInstance(file, characters());
        } catch (IOException trouble) {
            String why = trouble.getCause() instanceof UnrecoverableKeyException
                    ? "is locked by another password"
                    : "cannot be read: " + trouble.getMessage();
            throw new Unusable("'" + path + "' " + why, trouble);
        } catch (GeneralSecurityException trouble) {
            throw new Unusable("'" + path + "' is neither PKCS12 nor JKS", trouble);
        }
    }

    private static boolean holdsKey(KeyStore store) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                return true;
            }
        }
        return false;
    }

    private char @Nullable [] characters() {
        return password == null ? null : password.toCharArray();
    }

    @Override
    public String toString() {
        return "StoreFile[" + path + "]";
    }
}
