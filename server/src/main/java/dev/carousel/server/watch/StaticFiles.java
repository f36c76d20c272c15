package dev.carousel.server.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.server.http.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What is served as it is: the page and the description of all routes. */
public final class StaticFiles {

    private static final String SCRIPT = text("watch.js");
    private static final byte[] PAGE = text("watch.html")
            .replace("/*STYLE*/", text("watch.css"))
            .replace("/*SCRIPT*/", SCRIPT)
            .getBytes(UTF_8);
    private static final byte[] OPEN_API = text("openapi.json").getBytes(UTF_8);

    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '"
            + hash(SCRIPT) + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private StaticFiles() {}

    private static String text(String name) {
        try (InputStream in = StaticFiles.class.getResourceAsStream("/dev/carousel/server/page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing. Was the jar repackaged?");
            }
            return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one does not.", e);
        }
    }

    /** The page; it holds nothing of the models, and asks for them as every client does. */
    public static void page(Exchange exchange) {
        exchange.response().getHeaders().put("Content-Security-Policy", POLICY);
        exchange.response().getHeaders().put("X-Content-Type-Options", "nosniff");
        exchange.response().getHeaders().put("Referrer-Policy", "no-referrer");
        exchange.response().getHeaders().put("Cache-Control", "no-store");
        exchange.answer(200, "text/html; charset=utf-8", ByteBuffer.wrap(PAGE));
    }

    /** The document of OpenAPI. */
    public static void openApi(Exchange exchange) {
        exchange.answer(200, Exchange.JSON, ByteBuffer.wrap(OPEN_API));
    }
}
