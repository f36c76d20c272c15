package dev.carousel.server.http;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/**
 * One line a request: when, from where, who, what, the status, bytes, microseconds. No query and no body, which may be
 * secret.
 */
public final class AccessLog implements RequestLog {

    /** Of a request, under this name: the name of its token. */
    static final String WHO = "dev.carousel.server.who";

    private final PrintStream out;
    private final Clock clock;

    /** Lines go to a stream, which is not closed. */
    public AccessLog(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Notes whose token a request has. */
    public static void setWho(Exchange exchange, String name) {
        if (!name.isEmpty()) {
            exchange.request().setAttribute(WHO, name);
        }
    }

    @Override
    public void log(Request request, Response response) {
        Object who = request.getAttribute(WHO);
        long micros = (System.nanoTime() - request.getBeginNanoTime()) / 1000;
        String path = request.getHttpURI() == null
                ? "-"
                : String.valueOf(request.getHttpURI().getPath());
        out.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + Request.getRemoteAddr(request) + " "
                + (who == null ? "-" : String.valueOf(who).replace(' ', '-')) + " " + request.getMethod() + " "
                + path.replaceAll("[^\\x21-\\x7e]", "?") + " " + response.getStatus() + " "
                + Response.getContentBytesWritten(response) + " " + micros);
    }
}
