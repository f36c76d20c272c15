package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carousel.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Keys and certificates from files in PEM, as other programs write them. */
final class PemFiles {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private PemFiles() {}

    /**
     * What TLS needs.
     *
     * @throws DataException if a file cannot be read, or the key is not that of the certificate
     */
    static SslContextFactory.Server context(Path certificate, Path key) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] none = new char[0];
            Certificate[] chain = chain(certificate);
            store.setKeyEntry("carousel", key(key, chain[0]), none, chain);
            SslContextFactory.Server context = new SslContextFactory.Server();
            context.setKeyStore(store);
            context.setKeyStorePassword("");
            context.setSniRequired(false);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new DataException(
                    certificate + " and " + key + ": cannot be used for TLS (" + e.getMessage() + ").", e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        if (all.isEmpty()) {
            throw new DataException(
                    file + ": there is no certificate in it; expected one in PEM, the server's own first.");
        }
        return all.toArray(Certificate[]::new);
    }

    private static PrivateKey key(Path file, Certificate certificate) throws IOException, GeneralSecurityException {
        String text = new String(Files.readAllBytes(file), US_ASCII);
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END);
        if (from < 0 || to < from) {
            throw new DataException(
                    file + ": expected a private key in PEM (PKCS#8, '" + BEGIN
                            + "'), without a password. 'openssl pkcs8 -topk8 -nodes -in OLD -out NEW' makes one of other kinds.");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to));
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": the private key is no base64 text. Was the file cut off?", e);
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
                String of = certificate.getPublicKey().getAlgorithm();
                if (!key.getAlgorithm().equals(of)) {
                    throw new DataException(file + ": the private key is of " + key.getAlgorithm()
                            + " but that of the certificate is of " + of + ". Do the two belong together?");
                }
                return key;
            } catch (java.security.spec.InvalidKeySpecException e) {
                // Of another algorithm.
            }
        }
        throw new DataException(file + ": the private key is of a kind that is not read; expected RSA, EC or Ed25519.");
    }
}
