package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bearer tokens from a file: one a line, a name before a colon if it is to be in the access log.
 *
 * <p>Only their SHA-256 is kept, and each is compared with all in constant time, so that how long a refusal takes tells
 * nothing of them.
 */
public final class BearerTokens {

    private static final int SHORTEST = 16;
    private static final String SCHEME = "Bearer ";

    // An array, compared in constant time by MessageDigest.
    @SuppressWarnings("ArrayRecordComponent")
    private record Token(String name, byte[] digest) {}

    private final List<Token> tokens;

    private BearerTokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    /**
     * The tokens in a file; lines that are empty or begin with # say nothing.
     *
     * @throws DataException if it cannot be read, has none, or one is shorter than 16 characters or has a blank
     */
    public static BearerTokens read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, UTF_8);
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": there is no such file of tokens.", e);
        } catch (IOException e) {
            throw new DataException(
                    file + ": cannot be read as a file of tokens in UTF-8 (" + e.getMessage() + ").", e);
        }
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0
                    ? "token " + (tokens.size() + 1)
                    : line.substring(0, colon).strip();
            String secret = line.substring(colon + 1).strip();
            if (secret.length() < SHORTEST || secret.chars().anyMatch(Character::isWhitespace)) {
                throw new DataException(file + ", line " + (i + 1) + ": a token has at least " + SHORTEST
                        + " characters and no blank, but this one has " + secret.length()
                        + " characters. 'openssl rand -hex 32' makes a good one.");
            }
            tokens.add(new Token(name, digest(secret)));
        }
        if (tokens.isEmpty()) {
            throw new DataException(file + ": there is no token in it. Expected one a line, such as 'shop: "
                    + "3f1d...' from 'openssl rand -hex 32'.");
        }
        return new BearerTokens(List.copyOf(tokens));
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one does not.", e);
        }
    }

    /**
     * Who asks.
     *
     * @param authorization the header
     * @return the name of the token, if it is one of these
     */
    public Optional<String> name(Optional<String> authorization) {
        String value = authorization.orElse("");
        byte[] found = digest(
                value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        ? value.substring(SCHEME.length()).strip()
                        : "");
        Optional<String> name = Optional.empty();
        for (Token token : tokens) {
            if (MessageDigest.isEqual(token.digest(), found)) {
                name = Optional.of(token.name());
            }
        }
        return name;
    }
}
