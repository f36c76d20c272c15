package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses, such as a request that is no HTTP, as a problem. */
final class ProblemHandler extends ErrorHandler {

    private static Problem problem(int status, String message) {
        String text = message == null || message.isEmpty() ? "" : " (" + message.replaceAll("\\p{C}", "?") + ")";
        if (status == 501 || status == 505) {
            return Problem.of(
                    status,
                    "The request is of a version of HTTP, or has a coding, that is not read; this is HTTP/1.1.");
        }
        return status >= 500
                ? Problem.of(status, "The server could not answer.")
                : Problem.of(status, "The request is not one that this server reads" + text + ".");
    }

    static void write(Problem problem, Response response, Callback callback) {
        byte[] body = Json.write(problem.fields()).getBytes(UTF_8);
        for (Map.Entry<String, String> header : problem.headers().entrySet()) {
            response.getHeaders().put(header.getKey(), header.getValue());
        }
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Exchange.PROBLEM_JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object message = request.getAttribute(ERROR_MESSAGE);
        int status = response.getStatus();
        write(problem(status < 400 ? 500 : status, message == null ? "" : message.toString()), response, callback);
        return true;
    }
}
