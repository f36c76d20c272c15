package dev.carousel.server.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may ask: requests to a name of this server, not sent by pages from elsewhere, with a token where there are tokens.
 *
 * <p>A browser can be led to a loopback address by a name whose owner changes its address (DNS rebinding); the Host header
 * then has that name. A literal address cannot be had that way, so these are taken.
 */
public final class Guard {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private final Set<String> names;
    private final Optional<BearerTokens> tokens;

    /**
     * A guard.
     *
     * @param names under which the server is asked, beside localhost and literal addresses; in lower case
     * @param tokens of those who may ask; empty for everybody who reaches it
     */
    public Guard(Set<String> names, Optional<BearerTokens> tokens) {
        this.names = Set.copyOf(names);
        this.tokens = tokens;
    }

    /**
     * Refuses a Host that is no name of this server, and pages from elsewhere.
     *
     * @throws Problem 421 or 403
     */
    public void requireOurs(Exchange exchange) {
        String host = exchange.header("Host").orElse("");
        if (!isOurs(hostOf(host))) {
            throw Problem.of(
                    421,
                    "The request is for the host '" + shortened(host)
                            + "', which is no name of this server. Ask for it by"
                            + " its address or by localhost, or start it with --name for each name that it has.");
        }
        Optional<String> origin = exchange.header("Origin");
        if (origin.isPresent() && !sameOrigin(origin.get(), host)) {
            throw Problem.of(
                    403,
                    "The request comes from a page of '" + shortened(origin.get())
                            + "', and pages of others may not ask.");
        }
    }

    private static boolean sameOrigin(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isOurs(String host) {
        return host.equals("localhost") || names.contains(host) || isLiteral(host);
    }

    /** Asks no name server: what only looks like an address, such as 1.2.3.400, would be looked up as a name. */
    private static boolean isLiteral(String host) {
        if (IPV4.matcher(host).matches()) {
            return true;
        }
        if (!host.matches("\\[[0-9a-f:.]*:[0-9a-f:.]*]")) {
            return false;
        }
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The host without its port, in lower case. */
    private static String hostOf(String header) {
        String host = header.toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']')
                && host.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return port ? host.substring(0, colon) : host;
    }

    /**
     * Refuses who has no token.
     *
     * @return the name of the token; empty where none is needed
     * @throws Problem 401
     */
    public String requireToken(Exchange exchange) {
        if (tokens.isEmpty()) {
            return "";
        }
        return tokens.get()
                .name(exchange.header("Authorization"))
                .orElseThrow(() -> Problem.of(
                                401,
                                "This server needs a token that it knows: send the header 'Authorization: Bearer TOKEN'.")
                        .withHeader("WWW-Authenticate", "Bearer realm=\"carousel\""));
    }

    private static String shortened(String text) {
        return (text.length() > 80 ? text.substring(0, 80) + "..." : text).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
