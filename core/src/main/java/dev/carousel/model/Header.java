package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.json.Json;
import dev.carousel.model.ModelException.Kind;
import dev.carousel.model.SafeTensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads and checks the JSON header of a safetensors file. Nothing that it says is believed: every size is compared with
 * the file before anything is allocated for it.
 */
final class Header {

    /** The longest header that the format allows. */
    static final int MAX_LENGTH = 100_000_000;

    static final String METADATA = "__metadata__";
    private static final int MAX_METADATA = 65_536;
    private static final int MAX_DIMENSIONS = 64;
    private static final String CORRUPT = "The file is damaged, or the program that wrote it is wrong.";

    private final String file;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private Header(String file) {
        this.file = file;
    }

    /**
     * Reads a header.
     *
     * @param file the name for errors
     * @param bytes the header, without its length
     * @param dataSize how many bytes follow it in the file
     * @throws ModelException if anything about it is wrong
     */
    static Header read(String file, byte[] bytes, long dataSize) {
        Header header = new Header(file);
        header.requireUtf8(bytes);
        header.parse(bytes);
        header.checkCoverage(dataSize);
        return header;
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** By name, in the order of the header. */
    Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    private ModelException bad(Kind kind, String message) {
        return new ModelException(kind, file, message);
    }

    /** Decodes piece by piece and forgets: the text of a whole header would be many times its bytes. */
    private void requireUtf8(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(8192);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw bad(
                    Kind.HEADER_NOT_UTF8,
                    "the header is not UTF-8 text: byte " + (8 + in.position())
                            + " of the file begins no valid character. The file is damaged; copy or download it"
                            + " again.");
        }
    }

    private void parse(byte[] bytes) {
        Reader reader = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
        try (JsonParser parser = Json.parser(reader)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad(Kind.HEADER_NOT_JSON, "the header must be one JSON object. " + CORRUPT);
            }
            boolean hasMetadata = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                boolean again;
                if (name.equals(METADATA)) {
                    again = hasMetadata;
                    hasMetadata = true;
                    readMetadata(parser);
                } else {
                    again = tensors.put(name, readTensor(parser, name)) != null;
                }
                if (again) {
                    throw bad(Kind.DUPLICATE_NAME, "the header has " + quoted(name) + " twice. " + CORRUPT);
                }
            }
            if (parser.nextToken() != null) {
                throw bad(Kind.HEADER_NOT_JSON, "there is more text after the header's JSON object. " + CORRUPT);
            }
        } catch (JacksonException e) {
            throw bad(Kind.HEADER_NOT_JSON, "the header is not JSON: " + Json.explain(e) + ". " + CORRUPT);
        }
    }

    private void readMetadata(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad(Kind.BAD_METADATA, METADATA + " must be a JSON object of texts. " + CORRUPT);
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw bad(Kind.BAD_METADATA, "in " + METADATA + ", " + quoted(name) + " must be a text. " + CORRUPT);
            }
            if (metadata.put(name, parser.getString()) != null) {
                throw bad(Kind.DUPLICATE_NAME, METADATA + " has " + quoted(name) + " twice. " + CORRUPT);
            }
            if (metadata.size() > MAX_METADATA) {
                throw bad(Kind.BAD_METADATA, METADATA + " has more than " + MAX_METADATA + " entries.");
            }
        }
    }

    private ModelException badEntry(String tensor, String message) {
        return bad(Kind.BAD_ENTRY, "tensor " + quoted(tensor) + ": " + message + " " + CORRUPT);
    }

    private Tensor readTensor(JsonParser parser, String name) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw badEntry(name, "its entry must be a JSON object with dtype, shape and data_offsets.");
        }
        String dtype = "";
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            if (key.equals("dtype") && dtype.isEmpty()) {
                if (token != JsonToken.VALUE_STRING) {
                    throw badEntry(name, "its dtype must be a text such as \"F32\".");
                }
                dtype = parser.getString();
                if (Dtype.bits(dtype).isEmpty()) {
                    throw bad(
                            Kind.UNKNOWN_DTYPE,
                            "tensor " + quoted(name) + " has dtype " + quoted(dtype) + "; safetensors has "
                                    + Dtype.all() + ".");
                }
            } else if (key.equals("shape") && shape == null) {
                shape = numbers(parser, name, key);
            } else if (key.equals("data_offsets") && offsets == null) {
                offsets = numbers(parser, name, key);
            } else if (List.of("dtype", "shape", "data_offsets").contains(key)) {
                throw bad(Kind.DUPLICATE_NAME, "tensor " + quoted(name) + " has " + quoted(key) + " twice. " + CORRUPT);
            } else {
                throw badEntry(name, "its entry has the unknown key " + quoted(key) + ".");
            }
        }
        if (dtype.isEmpty() || shape == null || offsets == null) {
            String missing = dtype.isEmpty() ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw badEntry(name, "its entry lacks \"" + missing + "\"; expected are dtype, shape and data_offsets.");
        }
        if (offsets.size() != 2) {
            throw badEntry(
                    name, "data_offsets must be two numbers, begin and end, but there are " + offsets.size() + ".");
        }
        Tensor tensor = new Tensor(name, dtype, shape, offsets.get(0), offsets.get(1));
        checkSize(tensor);
        return tensor;
    }

    private List<Long> numbers(JsonParser parser, String tensor, String key) {
        Kind kind = key.equals("shape") ? Kind.BAD_SHAPE : Kind.BAD_OFFSETS;
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw badEntry(tensor, "its " + key + " must be a list of whole numbers.");
        }
        List<Long> numbers = new ArrayList<>(4);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw badEntry(tensor, "its " + key + " must be a list of whole numbers.");
            }
            boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!fits || parser.getLongValue() < 0) {
                throw bad(
                        kind,
                        "tensor " + quoted(tensor) + ": its " + key + " has " + quoted(parser.getString())
                                + "; expected are numbers from 0 to 2^63 - 1. " + CORRUPT);
            }
            numbers.add(parser.getLongValue());
            if (numbers.size() > MAX_DIMENSIONS) {
                throw bad(
                        kind,
                        "tensor " + quoted(tensor) + ": its " + key + " has more than " + MAX_DIMENSIONS + " numbers. "
                                + CORRUPT);
            }
        }
        return numbers;
    }

    private void checkSize(Tensor tensor) {
        String what = "tensor " + quoted(tensor.name());
        if (tensor.begin() > tensor.end()) {
            throw bad(
                    Kind.BAD_OFFSETS,
                    what + " begins at byte " + tensor.begin() + " of the data but ends before that, at " + tensor.end()
                            + ". " + CORRUPT);
        }
        long bits;
        try {
            long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
            bits = Math.multiplyExact(
                    elements, (long) Dtype.bits(tensor.dtype()).orElseThrow());
        } catch (ArithmeticException e) {
            throw bad(
                    Kind.BAD_SHAPE,
                    what + " has shape " + tensor.shape() + ", more elements than any file can hold. " + CORRUPT);
        }
        long found = tensor.end() - tensor.begin();
        if (bits % 8 != 0 || bits / 8 != found) {
            throw bad(
                    Kind.SIZE_MISMATCH,
                    what + " of " + tensor.dtype() + " " + tensor.shape() + " needs " + (bits + 7) / 8
                            + " bytes, but its data_offsets " + List.of(tensor.begin(), tensor.end()) + " hold " + found
                            + ". " + CORRUPT);
        }
    }

    /** The tensors must fill the data from its first byte to its last, each byte belonging to one. */
    private void checkCoverage(long dataSize) {
        List<Tensor> sorted = new ArrayList<>(tensors.values());
        sorted.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
        long covered = 0;
        String before = "";
        for (Tensor tensor : sorted) {
            if (tensor.begin() < covered) {
                throw bad(
                        Kind.OVERLAP,
                        "tensors " + quoted(before) + " and " + quoted(tensor.name())
                                + " overlap: the second begins at byte " + tensor.begin()
                                + " of the data, before the first ends at " + covered + ". " + CORRUPT);
            }
            if (tensor.begin() > covered) {
                boolean outside = tensor.begin() >= dataSize;
                throw bad(
                        outside ? Kind.BAD_OFFSETS : Kind.HOLE,
                        outside
                                ? "tensor " + quoted(tensor.name()) + " begins at byte " + tensor.begin()
                                        + " of the data, outside the file, which has " + dataSize + ". " + CORRUPT
                                : "bytes " + covered + " to " + (tensor.begin() - 1)
                                        + " of the data, before tensor " + quoted(tensor.name())
                                        + ", belong to no tensor. " + CORRUPT);
            }
            covered = tensor.end();
            before = tensor.name();
        }
        if (covered > dataSize) {
            throw bad(
                    Kind.DATA_TRUNCATED,
                    "the file is truncated: its tensors need " + covered + " bytes of data, but there are only "
                            + dataSize + ". Was it copied or downloaded whole?");
        }
        if (covered < dataSize) {
            throw bad(
                    Kind.TRAILING_BYTES,
                    "there are " + (dataSize - covered) + " bytes after the last tensor, which ends at byte " + covered
                            + " of the data. Was something appended to the file, or a tensor left out of its header?");
        }
    }
}
