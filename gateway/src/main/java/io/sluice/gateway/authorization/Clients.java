package io.sluice.gateway.authorization;

import io.sluice.common.Secret;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients and how to know them. A client without a configured secret gets one of 256 random bits at first start: its SHA-256 goes into
 * {@value #FILE}, the secret itself into {@code <id>.json} beside it, where {@code sluice token} finds it; whoever has handed it to the client may
 * delete that file. A fast hash is enough, since a secret that long cannot be guessed from its hash. Thread-safe.
 */
final class Clients {

    /** Holds the hashes of generated secrets. */
    static final String FILE = "clients.json";

    /** The client of the command line; its clear secret is made anew when the file is gone. */
    static final String COMMAND_LINE = "sluice-cli";

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private static final int SECRET_BYTES = 32;

    /** How many may be registered while the server runs. */
    static final int MAX_REGISTERED = 10_000;

    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final byte[] nobody;

    private Clients(List<ClientConfig> configs, Map<String, String> generatedHashes, SecureRandom random) {
        for (ClientConfig config : configs) {
            if (config.publicClient()) {
                clients.put(config.id(), Client.of(config, null));
                continue;
            }
            Secret secret = config.secret();
            byte[] hash = secret != null
                    ? hash(secret.value())
                    : Base64.getUrlDecoder().decode(generatedHashes.getOrDefault(config.id(), ""));
            clients.put(config.id(), Client.of(config, hash));
        }
        nobody = hash(randomText(random));
    }

    /** Reads the hashes, and makes the secrets that are missing. */
    static Clients load(List<ClientConfig> configs, SecretFolder folder, SecureRandom random) throws IOException {
        Map<String, String> hashes = read(folder);
        boolean changed = false;
        for (ClientConfig config : configs) {
            String file = config.id() + ".json";
            boolean lost = config.id().equals(COMMAND_LINE) && !folder.has(file);
            if (config.secret() == null && !config.publicClient() && (lost || !hashes.containsKey(config.id()))) {
                String secret = randomText(random);
                JsonObject clear = new JsonObject().put("id", config.id()).put("secret", secret);
                folder.write(file, clear.encodePrettily());
                hashes.put(config.id(), base64(hash(secret)));
                changed = true;
                LOG.atInfo()
                        .addKeyValue("client", config.id())
                        .addKeyValue("file", folder.path(file))
                        .log("client secret made");
            }
        }
        if (changed) {
            write(folder, hashes);
        }
        return new Clients(configs, hashes, random);
    }

    /** The client if the secret is its own, else null; takes the same time whether the client exists or not. */
    @Nullable
    Client authenticate(String id, String secret) {
        Client client = clients.get(id);
        byte[] expected = client == null ? null : client.secretHash();
        boolean same = MessageDigest.isEqual(hash(secret), expected == null ? nobody : expected);
        return expected != null && same ? client : null;
    }

    /** Whether there is such a client. */
    boolean knows(String id) {
        return clients.containsKey(id);
    }

    /** The client of this id, or null. */
    @Nullable
    Client find(String id) {
        return clients.get(id);
    }

    /** Adds one that was registered; false if the id is taken or {@link #MAX_REGISTERED} are there. */
    boolean add(Client client) {
        return clients.size() < MAX_REGISTERED && clients.putIfAbsent(client.id(), client) == null;
    }

    /** Takes one away that could not be kept. */
    void forget(String id) {
        clients.remove(id);
    }

    private static Map<String, String> read(SecretFolder folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        String text = folder.read(FILE);
        if (text == null) {
            return hashes;
        }
        try {
            for (Object element : new JsonObject(text).getJsonArray("clients", new JsonArray())) {
                JsonObject client = (JsonObject) element;
                String hash = client.getString("secret-hash", "");
                if (Base64.getUrlDecoder().decode(hash).length != SECRET_BYTES) {
                    throw new IllegalArgumentException("secret-hash has the wrong length");
                }
                hashes.put(client.getString("id", ""), hash);
            }
            return hashes;
        } catch (DecodeException | ClassCastException | IllegalArgumentException broken) {
            throw new IOException(
                    "'" + folder.path(FILE) + "' cannot be read: restore it, or delete it to have new secrets made",
                    broken);
        }
    }

    private static void write(SecretFolder folder, Map<String, String> hashes) throws IOException {
        JsonArray clients = new JsonArray();
        hashes.forEach((id, hash) -> clients.add(new JsonObject().put("id", id).put("secret-hash", hash)));
        folder.write(FILE, new JsonObject().put("clients", clients).encodePrettily());
    }

    static String randomText(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return base64(bytes);
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
